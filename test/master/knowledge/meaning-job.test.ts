import { expect, test } from 'vitest';
import { createJobBoard } from '../../../src/master/jobs/job-board.ts';
import { createJobRunner, type JobRunner } from '../../../src/master/jobs/job-runner.ts';
import { anchorQuestions } from '../../../src/master/knowledge/anchors.ts';
import { createMeaningAsker } from '../../../src/master/knowledge/ask-meaning.ts';
import type { Embedding, EmbedRequestOf, startEmbedding } from '../../../src/master/knowledge/embed-process.ts';
import type { MeaningParts } from '../../../src/master/knowledge/make-vectors.ts';
import { createMeaningJob } from '../../../src/master/knowledge/meaning-job.ts';
import { createMeaningKeeper, type MeaningKeeper } from '../../../src/master/knowledge/meaning-keeper.ts';
import { createSessionBook, type SessionBook } from '../../../src/orchestrator/state/session-book.ts';
import { FleetError } from '../../../src/session/fleet-error.ts';
import type { AiConfig } from '../../../src/session/session-config.ts';
import { createMeaningStore } from '../../../src/store/knowledge/meaning-store.ts';
import { createKnowledgeStore } from '../../../src/store/knowledge-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { vectorOf } from '../../store/known-meaning.ts';
import { addSession, temporaryStore } from '../../store/support.ts';
import { until } from '../../support/until.ts';

/** Vectors of what a session knows, made over any number of masters: what is missing and no more, within a budget, told once. */

interface World {
  readonly store: Store;
  readonly asked: EmbedRequestOf[];
  readonly id: string;
  /** What the service answers instead of vectors. */
  fate: (request: EmbedRequestOf, call: number) => Embedding | Error | null;
  now: number;
  ended: number;
  jobs: JobRunner;
  book: SessionBook;
  keeper: MeaningKeeper;
  /** The master dies, another one begins. */
  restart(): Promise<void>;
  configure(ai: Partial<AiConfig>): void;
  /** Begins what is due, and waits until nothing is under way. */
  settle(): Promise<void>;
  state(): { done: number; total: number };
}

const key = 'openai/text-embedding-3-small/256';
const tokens = 1_000_000;
const price = { model: 'text-embedding-3-small', inputPerMillion: 0.02, outputPerMillion: 0, isKnown: true };
const passing = (more: object = {}): Embedding => ({
  kind: 'problem',
  isPassing: true,
  code: 'rate-limit',
  reason: 'the rate limit is reached',
  retryAfterMs: null,
  calls: [],
  ...more,
});

const openWorld = (ai: Partial<AiConfig> = {}): World => {
  const store = temporaryStore();
  const session = addSession(store, 'padaria');
  const start: typeof startEmbedding = async () => ({
    price,
    embed: async (request) => {
      world.asked.push(request);
      const fate = world.fate(request, world.asked.length);
      if (fate instanceof Error) throw fate;
      if (fate !== null) return fate;
      const calls = [{ model: price.model, inputTokens: tokens, outputTokens: 0, costUsd: 0.02 }];
      return { kind: 'embedded', dimensions: 256, vectors: request.texts.map((text) => vectorOf(text)), calls };
    },
    end: async () => {
      world.ended += 1;
    },
  });
  const begin = () => {
    const now = (): number => world.now;
    const jobs = createJobRunner({ store, board: createJobBoard(() => undefined, now), now, log: () => undefined });
    const book = createSessionBook(store, now);
    const parts = {
      store,
      book,
      jobs,
      now,
      settings: {},
      config: { raw: {}, demo: false },
      paths: { logs: '/l', home: '/h' },
    } as unknown as MeaningParts;
    jobs.serve(createMeaningJob(parts, start, { firstMs: 1, maxMs: 1, jitter: 0 }));
    jobs.begin();
    return { jobs, book, keeper: createMeaningKeeper(parts) };
  };
  const world = {
    store,
    asked: [],
    id: session.id,
    fate: () => null,
    now: Date.parse('2026-11-30T12:00:00Z'),
    ended: 0,
    restart: async () => {
      await world.jobs.close();
      Object.assign(world, begin());
    },
    configure: (change: Partial<AiConfig>) => {
      const { config } = store.sessions.byId(session.id) ?? session;
      store.sessions.change(session.id, { config: { ...config, ai: { ...config.ai, ...change } } }, world.now);
      world.book.refresh();
    },
    settle: async () => {
      world.keeper.look();
      await until(() => (store.jobs.open().length === 0 ? true : null), { what: 'the end of the jobs' });
    },
    state: () => createMeaningStore(store.database).state(session.id, key),
  } as unknown as World;
  Object.assign(world, begin());
  world.configure({ provider: 'openai', embeddings: 'on', ...ai });
  return world;
};

const addFile = ({ store, id }: World, name: string, texts: readonly string[]): void => {
  const knowledge = createKnowledgeStore(store.database);
  const file = knowledge.begin({ sessionId: id, name, kind: 'csv', bytes: 1, actor: 'you' }, 1);
  knowledge.write(
    file,
    1,
    texts.map((text, row) => ({ place: { row: row + 1 }, text })),
  );
  knowledge.replace(file, { characters: 1, passages: texts.length });
};
const rows = (count: number, from = 0): readonly string[] =>
  Array.from(
    { length: count },
    (_, row) => `Produto: item${String.fromCharCode(97 + ((row + from) % 26))}${row + from}`,
  );
const told = ({ store }: World): readonly string[] =>
  store.database
    .all<{ kind: string }>("SELECT kind FROM events WHERE kind LIKE 'meaning%' ORDER BY id")
    .map(({ kind }) => kind);
const problemOf = ({ store, id }: World) => createMeaningStore(store.database).measure(id, key)?.problem ?? null;
const textsAsked = ({ asked }: World): number =>
  asked.filter(({ as }) => as === 'passage').reduce((sum, { texts }) => sum + texts.length, 0);

test('every passage is paid for once, over a death in the middle, and a row that did not change never again', async () => {
  const world = openWorld();
  addFile(world, 'precos.csv', rows(250));
  world.fate = (_, call) => (call === 3 ? new FleetError('unavailable', 'killed here') : null);
  const died = world.settle();
  await until(() => (world.asked.length === 3 ? true : null), { what: 'the call that dies' });
  await world.restart();
  world.fate = () => null;
  await died;
  // Another master's look goes on with what is missing.
  world.now += 16 * 60_000;
  await world.settle();
  expect(world.state()).toEqual({ done: 250, total: 250 });
  expect(world.asked.filter(({ as }) => as === 'question')).toEqual([
    { as: 'question', texts: anchorQuestions, timeoutMs: 60_000 },
  ]);
  const paid = textsAsked(world);
  expect(paid).toBeLessThanOrEqual(250 + 96);

  addFile(world, 'precos.csv', [...rows(100), 'Produto: bolo novo', 'Produto: bolo novo', ...rows(150, 100)]);
  await world.settle();
  expect([textsAsked(world) - paid, world.state()]).toEqual([1, { done: 252, total: 252 }]);
  // Nothing is missing: nobody is asked, and no process begins.
  const { ended } = world;
  await world.settle();
  expect(world.ended).toBe(ended);
  const cost = world.store.database.get<{ n: number }>(
    'SELECT sum(calls) AS n FROM ai_usage WHERE model = ?',
    price.model,
  );
  expect(cost?.n).toBe(world.asked.length - 1);
  expect(told(world).at(-1)).toBe('meaning-made');
});

test('what passes is asked again; what does not is told once, kept in words, and tried again later or when a person changes something', async () => {
  const world = openWorld();
  addFile(world, 'precos.csv', rows(10));
  world.fate = (_, call) => (call < 3 ? passing() : null);
  await world.settle();
  expect([world.state().done, told(world)]).toEqual([10, ['meaning-made']]);

  addFile(world, 'menu.csv', rows(10, 50));
  world.fate = () => passing();
  await world.settle();
  expect(problemOf(world)).toMatchObject({ code: 'rate-limit', text: 'the rate limit is reached' });
  const asked = world.asked.length;
  await world.settle();
  expect(world.asked.length).toBe(asked);
  world.now += 16 * 60_000;
  await world.settle();
  expect(world.asked.length).toBeGreaterThan(asked);
  expect(told(world).filter((kind) => kind === 'meaning-waits')).toHaveLength(1);
  // Long is not waited for, whatever the service asks: other sessions have their turn.
  world.now += 16 * 60_000;
  world.fate = () => passing({ retryAfterMs: 3_600_000 });
  const before = world.asked.length;
  await world.settle();
  expect(world.asked.length - before).toBe(1);

  world.fate = () => null;
  world.configure({ timeoutMs: 30_000 });
  await world.settle();
  expect([problemOf(world), world.state()]).toEqual([null, { done: 20, total: 20 }]);
});

test('vectors of another length, and a process that ends, are problems; the budget of the day stops before a call, not after', async () => {
  const world = openWorld();
  addFile(world, 'a.csv', rows(3));
  await world.settle();
  addFile(world, 'b.csv', rows(3, 20));
  world.fate = ({ texts }) => ({
    kind: 'embedded',
    dimensions: 768,
    vectors: texts.map((text) => vectorOf(text, 768)),
    calls: [],
  });
  await world.settle();
  expect(problemOf(world)).toMatchObject({ code: 'another-length', text: expect.stringMatching(/768 .*256 before/) });
  expect(world.state()).toEqual({ done: 3, total: 6 });
  world.now += 16 * 60_000;
  world.fate = () => new FleetError('failed', 'the process that makes vectors ended: killed');
  await world.settle();
  expect(problemOf(world)).toMatchObject({ code: 'process' });

  // Two calls were booked at two cents.
  world.fate = () => null;
  world.configure({ embeddingsBudgetUsd: 0.04 });
  const asked = world.asked.length;
  await world.settle();
  expect([problemOf(world)?.code, world.asked.length]).toEqual(['budget', asked]);
  world.now += 24 * 3_600_000;
  await world.settle();
  expect(world.state()).toEqual({ done: 6, total: 6 });
});

test('turned off and on at once, and another address, make all of them anew: what another service calls by that name is none of it', async () => {
  const world = openWorld();
  addFile(world, 'a.csv', rows(3));
  await world.settle();
  const anew = async (...changes: readonly Partial<AiConfig>[]): Promise<number> => {
    const before = textsAsked(world);
    for (const change of changes) world.configure(change);
    await world.settle();
    await world.settle();
    return textsAsked(world) - before;
  };
  expect(await anew({ temperature: 0.3 })).toBe(0);
  expect(await anew({ embeddings: 'off' }, { embeddings: 'on' })).toBe(3);
  expect(await anew({ provider: 'webhook' }, { provider: 'openai' })).toBe(3);
  expect(await anew({ baseUrl: 'http://127.0.0.1:1234/v1' })).toBe(3);
  expect(await anew({ baseUrl: 'http://127.0.0.1:1234/v1' })).toBe(0);
  expect(await anew({ baseUrl: null })).toBe(3);
  expect(world.state()).toEqual({ done: 3, total: 3 });
});

test('another model makes all of them anew, off erases them, and a brain of one’s own has none', async () => {
  const world = openWorld();
  addFile(world, 'a.csv', rows(3));
  await world.settle();
  const count = () =>
    world.store.database
      .all<{ model: string }>('SELECT DISTINCT model FROM knowledge_vectors')
      .map(({ model }) => model);
  world.configure({ embeddingsModel: 'text-embedding-3-large' });
  await world.settle();
  expect(count()).toEqual(['openai/text-embedding-3-large/256']);
  world.configure({ embeddings: 'off' });
  await world.settle();
  expect([count(), createMeaningStore(world.store.database).sessions()]).toEqual([[], []]);
  const asked = world.asked.length;
  for (const provider of ['webhook', 'echo', 'none'] as const) {
    world.configure({ embeddings: 'on', provider });
    await world.settle();
  }
  expect([world.asked.length, count()]).toEqual([asked, []]);
});

test('a search asks for one vector of the question, within the budget, and words answer where none comes', async () => {
  const world = openWorld();
  addFile(world, 'a.csv', ['Horário de funcionamento: 8h às 18h', ...rows(3)]);
  await world.settle();
  const session = world.store.sessions.byId(world.id);
  if (session === null) throw new Error('it is there');
  const asked: EmbedRequestOf[] = [];
  let fate: Embedding | Error | null = null;
  const asker = createMeaningAsker(
    {
      store: world.store,
      book: world.book,
      now: () => world.now,
      settings: {},
      config: { raw: {}, demo: false },
      paths: { logs: '/l', home: '/h' },
    } as never,
    session,
    (async () => ({
      price,
      embed: async (request: EmbedRequestOf): Promise<Embedding> => {
        asked.push(request);
        if (fate instanceof Error) throw fate;
        return (
          fate ?? { kind: 'embedded', dimensions: 256, vectors: request.texts.map((text) => vectorOf(text)), calls: [] }
        );
      },
      end: async () => undefined,
    })) as typeof startEmbedding,
  );
  expect(await asker.ask('oi, tudo bem?')).toEqual({ passages: null, problem: null });
  expect((await asker.ask('vocês fecham que horas?')).passages?.[0]).toMatchObject({ file: 'a.csv', n: 1 });
  await asker.ask('x'.repeat(9000));
  expect(asked.map(({ texts }) => texts[0]?.length)).toEqual([23, 2000]);
  fate = passing();
  expect(await asker.ask('fecham?')).toEqual({ passages: null, problem: 'the rate limit is reached' });
  fate = new Error('it ended');
  expect(await asker.ask('fecham?')).toEqual({ passages: null, problem: 'it ended' });
  await asker.end();
});
