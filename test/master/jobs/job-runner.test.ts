import { expect, onTestFinished, test } from 'vitest';
import { createJobBoard } from '../../../src/master/jobs/job-board.ts';
import type { JobKind } from '../../../src/master/jobs/job-kind.ts';
import { createJobRunner, type JobRunner } from '../../../src/master/jobs/job-runner.ts';
import type { JobProgress } from '../../../src/session/job.ts';
import type { Store } from '../../../src/store/store.ts';
import { noon, temporaryStore } from '../../store/support.ts';
import { until } from '../../support/until.ts';

/** One master's life over a store. */
const master = (store: Store, ...kinds: JobKind[]) => {
  const shown: (readonly JobProgress[])[] = [];
  const now = () => noon;
  const runner: JobRunner = createJobRunner({
    store,
    board: createJobBoard((jobs) => shown.push(jobs), now),
    now,
    log: () => undefined,
    retry: { firstMs: 1, maxMs: 1, jitter: 0 },
  });
  for (const kind of kinds) runner.serve(kind);
  onTestFinished(() => runner.close());
  return { runner, shown };
};

const kindOf = (kind: JobKind['kind'], run: JobKind['run'], more: Partial<JobKind> = {}): JobKind => ({
  kind,
  lane: 'store',
  insists: true,
  run,
  ...more,
});

test('a job is kept until it is done: the next master goes on with what the last one kept', async () => {
  const store = temporaryStore();
  const seen: unknown[] = [];
  const stuck = kindOf('delete', async ({ signal, keep }) => {
    keep({ at: 7 });
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => reject(signal.reason));
    return promise;
  });
  const first = master(store, stuck);
  first.runner.begin();
  const { id } = first.runner.add({
    kind: 'delete',
    args: { sessionName: 'loja-1', who: '5511987654321' },
    actor: 'you',
  });
  const waiting = first.runner.ended(id);
  await until(() => store.jobs.get(id)?.result !== null, { what: 'the job to have begun' });
  await first.runner.close();
  await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
  expect(store.jobs.get(id)).toMatchObject({ state: 'running', result: { at: 7 } });

  const second = master(
    store,
    kindOf('delete', async ({ notes }) => {
      seen.push(notes);
      return { messages: 3 };
    }),
  );
  second.runner.begin();
  expect(await second.runner.ended(id)).toEqual({ messages: 3 });
  expect(seen).toEqual([{ at: 7 }]);
  // Whoever was erased is not named by the job that erased him.
  expect(store.jobs.get(id)).toMatchObject({ state: 'done', args: { sessionName: 'loja-1' } });
  expect(JSON.stringify(store.database.all('SELECT * FROM jobs'))).not.toContain('5511987654321');
});

test('what was promised is tried again until it is done; who waits is told of the first failure', async () => {
  const store = temporaryStore();
  let tries = 0;
  const { runner, shown } = master(
    store,
    kindOf('purge', async () => {
      tries += 1;
      if (tries < 4) throw new Error('disk is full');
      return { tries };
    }),
  );
  runner.begin();
  const { id } = runner.add({ kind: 'purge', args: { sessionName: 'loja-1' }, actor: 'you' });
  await expect(runner.ended(id)).rejects.toThrow('disk is full');
  await until(() => store.jobs.get(id)?.state === 'done', { what: 'the job to be done' });
  expect(tries).toBe(4);
  expect(shown.flat().some(({ problem }) => problem === 'disk is full')).toBe(true);
  expect(shown.at(-1)).toEqual([]);
});

test('what nobody was promised ends with its failure', async () => {
  const store = temporaryStore();
  const { runner } = master(
    store,
    kindOf('retention', () => Promise.reject(new Error('no')), { insists: false }),
  );
  runner.begin();
  const { id } = runner.add({ kind: 'retention', args: {}, actor: 'master' });
  await expect(runner.ended(id)).rejects.toThrow('no');
  expect(store.jobs.get(id)).toMatchObject({ state: 'failed', error: 'no' });
  expect(runner.find('retention')).toBeNull();
  await expect(runner.ended(id)).rejects.toThrow('no');
});

test('one of a lane at a time; what waits for the network keeps the store’s work from nothing', async () => {
  const store = temporaryStore();
  const order: string[] = [];
  const open = Promise.withResolvers<void>();
  const { runner } = master(
    store,
    kindOf(
      'store-push',
      async () => {
        order.push('push begins');
        await open.promise;
        order.push('push ends');
        return {};
      },
      { lane: 'replica' },
    ),
    kindOf('delete', async ({ job }) => {
      order.push(`delete ${job.id} begins`);
      await Promise.resolve();
      order.push(`delete ${job.id} ends`);
      return {};
    }),
  );
  runner.begin();
  const push = runner.add({ kind: 'store-push', args: {}, actor: 'you' });
  const one = runner.add({ kind: 'delete', args: { sessionName: 'a' }, actor: 'you' });
  const two = runner.add({ kind: 'delete', args: { sessionName: 'b' }, actor: 'you' });
  await runner.ended(two.id);
  open.resolve();
  await runner.ended(push.id);
  expect(order.filter((line) => line.startsWith('delete'))).toEqual(
    [one, two].flatMap(({ id }) => [`delete ${id} begins`, `delete ${id} ends`]),
  );
  expect(order.at(-1)).toBe('push ends');
});

test('a job of a transaction that is rolled back never was', async () => {
  const store = temporaryStore();
  let ran = 0;
  const { runner } = master(
    store,
    kindOf('delete', async () => {
      ran += 1;
      return {};
    }),
  );
  runner.begin();
  expect(() =>
    store.database.transaction(() => {
      runner.add({ kind: 'delete', args: { sessionName: 'a' }, actor: 'you' });
      throw new Error('killed');
    }),
  ).toThrow('killed');
  const { id } = runner.add({ kind: 'delete', args: { sessionName: 'b' }, actor: 'you' });
  await runner.ended(id);
  expect(ran).toBe(1);
  expect(store.jobs.open()).toEqual([]);
});
