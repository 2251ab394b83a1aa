import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../src/log/logger.ts';
import { createTryRoom, type TryRoom } from '../../src/master/try-room.ts';
import { createSessionBook } from '../../src/orchestrator/state/session-book.ts';
import type { TryState, TryView } from '../../src/protocol/try.ts';
import { FleetError } from '../../src/session/fleet-error.ts';
import { openWorkerHome, type WorkerHome } from '../workers/session/forked-worker.ts';

let home: WorkerHome;
let room: TryRoom;
let now = 0;
beforeEach(() => {
  home = openWorkerHome();
  now = Date.now();
});
afterEach(async () => {
  await room.close({ kind: 'stop', sessions: false });
  expect(await home.close()).toBe(0);
});

const openRoom = (start?: Parameters<typeof createTryRoom>[1]): TryRoom => {
  const { paths, store } = home;
  const log = createLogger({
    file: `${paths.logs}/test.log`,
    level: 'error',
    maxBytes: 1e6,
    keep: 1,
    fullNumbers: false,
    secrets: [],
    salt: Buffer.from('s'),
  });
  const config = { home: paths.home, pm2: paths.home, logs: paths.logs, demo: false, raw: {}, workerScript: null };
  const book = createSessionBook(store, () => now);
  const parts = { book, config, paths, log, now: () => now };
  return start === undefined ? createTryRoom(parts) : createTryRoom(parts, start);
};

/** The first view for which it is so. */
const when = async (first: TryState, is: (state: TryState) => boolean): Promise<TryState> => {
  let state = first;
  while (!is(state)) {
    const next = await room.methods.tryState({ tryId: state.tryId, after: state.revision, within: 20_000 });
    if (next.revision === state.revision) throw new Error(`nothing happened: ${JSON.stringify(state)}`);
    state = next;
  }
  return state;
};

test('a test of a bot collects, answers and tells every step, and touches no history', async () => {
  const session = home.addSession('loja-1', {
    timing: { quietMs: 60_000, maxWaitMs: 120_000, readingDelayMs: 0, charactersPerSecond: 1000, partLength: 40 },
  });
  home.store.sessions.addInstructions(session.id, 'Responda bem e depressa.', 'test', Date.now());
  room = openRoom();

  const begun = await room.methods.tryStart({ name: 'loja-1' });
  expect(begun).toMatchObject({
    sessionName: 'loja-1',
    provider: 'echo',
    instructions: { version: 1, words: 4 },
    conversation: [],
    steps: [],
    done: true,
  });
  await room.methods.trySay({ tryId: begun.tryId, text: 'Vocês abrem domingo?' });
  await room.methods.trySay({
    tryId: begun.tryId,
    text: 'e tem bolo \u001b[31mde nozes\u001b[0m para sábado à tarde?',
  });
  const collecting = await when(
    begun,
    ({ conversation, collectsUntil }) => conversation.length === 2 && collectsUntil !== null,
  );
  expect(collecting.steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'stored done',
    'collected runs',
    'open ahead',
    'asked ahead',
    'filtered ahead',
    'split ahead',
    'typed ahead',
  ]);
  expect(collecting.done).toBe(false);

  await room.methods.tryAnswer({ tryId: begun.tryId });
  const done = await when(collecting, (state) => state.done);
  expect(done.collectsUntil).toBeNull();
  expect(done.steps.every(({ state }) => state === 'done')).toBe(true);
  const step = (name: string) => done.steps.find((each) => each.name === name);
  expect(step('collected')).toMatchObject({ messages: 2, ms: expect.any(Number) });
  expect(step('open')).toMatchObject({ isOpen: true });
  expect(step('asked')?.tokens).toEqual({ input: 12, output: 12 });
  expect(step('split')).toMatchObject({ parts: 2 });
  expect(step('typed')).toMatchObject({ letters: expect.any(Number), ms: expect.any(Number) });
  expect(done.conversation.map(({ from }) => from)).toEqual(['customer', 'customer', 'bot', 'bot']);
  expect(JSON.stringify(done.conversation)).not.toContain('\\u001b');
  expect(done.conversation.at(-1)).toMatchObject({ tookMs: expect.any(Number), costUsd: 0 });
  expect(done).toMatchObject({ knew: { lines: 0, isSummed: false }, totals: { answers: 1, costUsd: 0 } });
  expect(home.store.database.get('SELECT count(*) AS n FROM messages')).toEqual({ n: 0 });

  await room.methods.trySay({ tryId: begun.tryId, text: 'obrigada' });
  await room.methods.tryAnswer({ tryId: begun.tryId });
  const again = await when(done, (state) => state.totals.answers === 2 && state.done);
  expect(again.knew).toEqual({ lines: 2, isSummed: false });
  expect(await room.methods.tryEnd({ tryId: begun.tryId })).toEqual({ ended: true });
  await expect(async () => room.methods.tryState({ tryId: begun.tryId })).rejects.toMatchObject({
    code: 'refused-by-state',
  });
});

test('without an answer the step of the AI says why, and a stopped bot can be tried', async () => {
  home.addSession('muda', { ai: { provider: 'openai' }, timing: { quietMs: 0 } });
  room = openRoom();
  const begun = await room.methods.tryStart({ name: 'muda' });
  await room.methods.trySay({ tryId: begun.tryId, text: 'oi' });

  const failed = await when(begun, ({ done, steps }) => done && steps.length > 0);
  expect(failed.steps.find(({ name }) => name === 'asked')).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('no key for openai'),
  });
  expect(failed.steps.find(({ name }) => name === 'typed')).toMatchObject({ state: 'ahead' });
  expect(failed.totals.answers).toBe(0);
});

const view: TryView = {
  revision: 1,
  sessionName: 'loja-1',
  provider: 'echo',
  model: '',
  instructions: null,
  conversation: [],
  steps: [],
  collectsUntil: null,
  knew: null,
  totals: { answers: 0, costUsd: 0, halfMs: null },
  done: true,
};

test('four tests are open at most, and one that ended makes room', async () => {
  home.addSession('loja-1');
  const ended: number[] = [];
  let begun = 0;
  room = openRoom(async () => {
    const number = begun;
    begun += 1;
    return {
      view: () => {
        if (number === 1) throw new FleetError('failed', 'the test ended: it died. Begin again.');
        return view;
      },
      say: () => undefined,
      next: () => Promise.resolve(),
      end: async () => void ended.push(number),
    };
  });
  const start = async (): Promise<string> => (await room.methods.tryStart({ name: 'loja-1' })).tryId;

  const first = await start();
  await expect(start()).rejects.toMatchObject({ message: expect.stringContaining('it died') });
  await Promise.all([start(), start(), start()]);
  await expect(start()).rejects.toMatchObject({ code: 'refused-by-state' });
  await room.methods.tryEnd({ tryId: first });
  await start();
  await expect(async () => room.methods.tryStart({ name: 'nobody' })).rejects.toMatchObject({
    code: 'no-such-session',
  });
  await room.close({ kind: 'stop', sessions: false });
  expect(ended.sort()).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a test that can no longer be shown is ended, not left to run', async () => {
  home.addSession('loja-1');
  let ended = 0;
  room = openRoom(async () => ({
    view: () => {
      throw new FleetError('failed', 'the process of the test speaks another version. Restart the master.');
    },
    say: () => undefined,
    next: () => new Promise(() => undefined),
    end: async () => {
      ended += 1;
    },
  }));

  await expect(room.methods.tryStart({ name: 'loja-1' })).rejects.toThrow('another version');
  expect(ended).toBe(1);
});
