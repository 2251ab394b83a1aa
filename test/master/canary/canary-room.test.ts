import { expect, test } from 'vitest';
import { settleRestored } from '../../../src/backup/settle-restored.ts';
import type { CanarySummary } from '../../../src/session/canary.ts';
import type { StoredSession } from '../../../src/store/session-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { addSession, chatOf, eraseCustomer, erasedBy, noon, temporaryStore } from '../../store/support.ts';
import { type OpenCanaries, openCanaries } from './canary-support.ts';

const hour = 3_600_000;

const chatIn = (store: Store, session: StoredSession | null, chat: number): number =>
  chatOf(store, session as StoredSession, `55119${80_000_000 + chat}`).id;

interface World extends OpenCanaries {
  readonly store: Store;
  readonly session: () => StoredSession;
  at: number;
  /** A turn of a chat that ended so, as a worker writes it. */
  turn(chat: number, outcome: string, more?: { code?: string; cost?: number }): void;
  events(): readonly string[];
}

const open = (): World => {
  const store = temporaryStore();
  const { id } = addSession(store, 'padaria');
  store.sessions.change(id, { label: 'padarias' }, noon);
  store.sessions.addInstructions(id, 'published', 'you', noon);
  const world: World = {
    ...openCanaries(store, () => world.at),
    store,
    at: noon,
    session: () => store.sessions.byId(id) as StoredSession,
    turn: (chat, outcome, more = {}) => {
      const conversation = chatIn(store, store.sessions.byId(id), chat);
      const canary = store.canaries.running(id);
      const turn = store.turns.begin(
        {
          sessionId: id,
          conversationId: conversation,
          messageIds: [`m${chat}-${world.at}`],
          joinedText: 'oi',
          instructionsVersion: 1,
          provider: 'echo',
          model: 'echo',
          parameters: {},
          history: { from: null, to: null, count: 0, hash: '' },
          steps: [],
          canary: canary === null ? null : { id: canary.id, arm: store.canaries.armOf(canary, conversation) },
        },
        world.at,
      );
      store.turns.update(
        turn,
        {
          outcome: outcome as 'answered',
          finishedAt: world.at,
          reasonCode: more.code ?? null,
          costMicroUsd: more.cost ?? 1000,
        },
        world.at,
      );
    },
    events: () => store.events.list({ limit: 50 }).map(({ kind, text }) => `${kind}: ${text}`),
  };
  return world;
};

const begin = async (world: World, more: Record<string, unknown> = {}): Promise<CanarySummary> =>
  (await world.room.methods.canaryStart({ name: 'padaria', instructions: 'new', ...more })).canary;
const newest = async (world: World): Promise<CanarySummary> => {
  const { canary } = await world.room.methods.canary({ name: 'padaria' });
  if (canary === null) throw new Error('there is one');
  return canary;
};
const refused = (work: () => unknown): Promise<string> =>
  Promise.resolve()
    .then(work)
    .then(
      () => 'not refused',
      (error: Error) => error.message,
    );

test('what cannot be begun is refused in one line that says why, and nothing is stored', async () => {
  const world = open();
  const why = (more: Record<string, unknown>) =>
    refused(() => world.room.methods.canaryStart({ name: 'padaria', ...more }));

  for (const share of [0, 100, Number.NaN, 12.5, -3])
    expect(await why({ instructions: 'new', share })).toMatch(/whole number from 1 to 99 percent/);
  for (const forMs of [0, 59_000, 31 * 24 * hour])
    expect(await why({ instructions: 'new', forMs })).toMatch(/one minute to 30 days/);
  expect(await why({ instructions: 'new', rules: ['silence>5%'] })).toMatch(
    /"silence>5%" is no rule. What can be read: silent, /,
  );
  expect(await why({})).toMatch(/say what to try/);
  expect(await why({ instructions: '  ' })).toMatch(/empty/);
  expect(await why({ version: 7 })).toMatch(/no version 7/);
  expect(await why({ instructions: 'new', version: 1 })).toMatch(/not both/);
  expect(await why({ version: 1 })).toMatch(/does already/);
  // Rehearsed beside other instructions than those of now.
  expect(await why({ instructions: 'new', baseVersion: 7 })).toMatch(
    /are version 1 now; they were rehearsed against version 7/,
  );
  expect(await why({ instructions: 'published' })).toMatch(/does already/);
  expect(await why({ settings: { 'timing_config.openingHours': null } })).toMatch(/cannot be tried on a part/);
  expect(await why({ settings: { 'ai_config.temprature': 1 } })).toMatch(/temperature/);
  expect(await why({ settings: { 'ai_config.provider': 'none' } })).toMatch(/no AI/);
  expect(await why({ instructions: 'new', label: 'lojas' })).toMatch(/label of padaria is "padarias"/);
  expect(await why({ instructions: 'new', label: 'padarias', share: 10 })).toMatch(/not both/);
  expect(await why({ instructions: 'new', label: 'padarias' })).toMatch(/one session only/);
  expect(await refused(() => world.room.methods.canaryStart({ name: 'nobody', instructions: 'new' }))).toMatch(
    /no session/,
  );
  expect(await refused(() => world.room.methods.canaryPromote({ name: 'padaria', id: 'x' }))).toMatch(
    /no canary of padaria runs/,
  );
  expect(world.store.canaries.list(10)).toEqual([]);

  await begin(world);
  expect(await why({ instructions: 'newer' })).toMatch(/runs already/);
});

test('promoted it is a version like any other; of two who press at once the second is told', async () => {
  const world = open();
  const before = world.session();
  const begun = await begin(world, { settings: { 'ai_config.temperature': 0.5 }, actor: 'ana' });
  expect(begun).toMatchObject({
    state: 'running',
    share: 20,
    version: 2,
    baseVersion: 1,
    startedBy: 'ana',
    waits: false,
  });
  expect(world.session()).toEqual(before);
  expect(world.shown().get(before.id)).toMatchObject({ state: 'running', share: 20 });

  const { id } = begun;
  const promoted = await world.room.methods.canaryPromote({ name: 'padaria', id, actor: 'ana' });
  expect(promoted).toMatchObject({
    version: 2,
    settings: ['ai_config.temperature'],
    canary: { state: 'promoted', decidedBy: 'ana' },
  });
  expect(world.session()).toMatchObject({ instructionsVersion: 2, config: { ai: { temperature: 0.5 } } });
  expect(world.store.sessions.instructionsHistory(before.id).map(({ version, text }) => [version, text])).toEqual([
    [2, 'new'],
    [1, 'published'],
  ]);
  const late = { name: 'padaria', id, actor: 'bia' };
  expect(await refused(() => world.room.methods.canaryRollBack(late))).toMatch(/was promoted already, by ana/);
  expect(await refused(() => world.room.methods.canaryPromote(late))).toMatch(/was promoted already, by ana/);
  expect(world.shown().size).toBe(0);

  // One that was published before comes back as a new version.
  world.at += hour;
  const again = await begin(world, { instructions: undefined, version: 1 });
  expect(again).toMatchObject({ version: 1, baseVersion: 2 });
  expect(await refused(() => world.room.methods.canaryRollBack(late))).toMatch(
    /another canary of padaria was begun since/,
  );
  expect(await world.room.methods.canaryPromote({ name: 'padaria', id: again.id })).toMatchObject({ version: 3 });
});

test('when its time is over it waits for a person, and nothing is ever promoted by itself', async () => {
  const world = open();
  const before = world.session();
  const begun = await begin(world, { forMs: hour });
  for (let chat = 0; chat < 30; chat += 1) world.turn(chat, 'answered');
  world.at += 2 * hour;
  await world.room.look();

  const over = await newest(world);
  expect(over).toMatchObject({ state: 'over', end: 'time', waits: true, endedAt: begun.endsAt });
  expect(over.figures.canary.turns + over.figures.control.turns).toBe(30);
  expect(world.session()).toEqual(before);
  expect(world.shown().get(before.id)).toMatchObject({ state: 'over' });
  expect(world.events()[0]).toMatch(/^canary-over: /);
  await world.room.look();
  expect(world.events().filter((text) => text.startsWith('canary-over'))).toHaveLength(1);
  expect(await refused(() => begin(world, { instructions: 'newer' }))).toMatch(/waits for you/);

  // The next master knows it, too.
  const next = openCanaries(world.store, () => world.at);
  await next.room.look();
  expect(next.shown().get(before.id)).toMatchObject({ state: 'over' });
  await next.room.methods.canaryRollBack({ name: 'padaria', id: begun.id, actor: 'ana' });
  expect(await newest(world)).toMatchObject({ state: 'rolled-back', decidedBy: 'ana', waits: false });
  expect(world.session()).toEqual(before);
});

test('clearly worse rolls it back at once, with the evidence, until a person has seen it', async () => {
  const world = open();
  const before = world.session();
  const { id } = await begin(world, { share: 50 });
  const canary = world.store.canaries.get(id);
  for (let chat = 0; chat < 80; chat += 1) {
    const conversation = chatIn(world.store, before, chat);
    const isTried = canary !== null && world.store.canaries.armOf(canary, conversation) === 'canary';
    world.turn(chat, isTried && chat % 2 === 0 ? 'unanswered' : 'answered', isTried ? { code: 'empty' } : {});
  }
  world.at += 60_000;
  await world.room.look();

  const rolled = await newest(world);
  expect(rolled).toMatchObject({
    state: 'rolled-back',
    end: 'worse',
    waits: true,
    evidence: { measure: 'silent', control: 0 },
  });
  expect(world.session()).toEqual(before);
  expect(world.events()[0]).toMatch(
    /^canary-rolled-back: .*clearly worse: left in silence \d+ of \d+ chats with it, 0 of \d+ chats without/,
  );
  expect(await refused(() => world.room.methods.canaryPromote({ name: 'padaria', id }))).toMatch(/rolled itself back/);
  await world.room.methods.canaryRollBack({ name: 'padaria', id });
  expect((await newest(world)).waits).toBe(false);
  expect(world.shown().size).toBe(0);
});

test('instructions or a tried setting that change under it end it; what it has nothing to do with does not', async () => {
  const world = open();
  const { id } = world.session();
  await begin(world, { settings: { 'timing_config.maxParts': 2 } });
  const set = (change: (stored: StoredSession) => StoredSession['config']) =>
    world.store.sessions.change(id, { config: change(world.session()) }, world.at);
  set(({ config }) => ({
    ...config,
    timing: { ...config.timing, quietMs: 9000 },
    filters: { ...config.filters, groups: true },
  }));
  await world.room.look();
  expect((await newest(world)).state).toBe('running');

  set(({ config }) => ({ ...config, timing: { ...config.timing, maxParts: 5 } }));
  await world.room.look();
  expect(await newest(world)).toMatchObject({ state: 'rolled-back', end: 'changed', waits: false });
  expect(world.session().config.timing).toMatchObject({ maxParts: 5, quietMs: 9000 });

  world.at += hour;
  const begun = await begin(world);
  world.store.sessions.addInstructions(id, 'urgent', 'supabase', world.at);
  expect(await refused(() => world.room.methods.canaryPromote({ name: 'padaria', id: begun.id }))).toMatch(
    /changed since/,
  );
  await world.room.look();
  expect(await newest(world)).toMatchObject({ end: 'changed' });
  expect(world.session().instructionsVersion).toBe(begun.version === null ? 0 : begun.version + 1);
});

test('of a label one session is tried whole, and held against the others of it', async () => {
  const world = open();
  const { id } = world.session();
  const peer = addSession(world.store, 'confeitaria');
  world.store.sessions.change(peer.id, { label: 'padarias' }, noon);
  world.book.refresh();
  const begun = await begin(world, { label: 'padarias' });
  expect(begun).toMatchObject({ share: null, label: 'padarias', peers: ['confeitaria'] });
  expect(await refused(() => world.room.methods.canaryStart({ name: 'confeitaria', instructions: 'x' }))).toMatch(
    /compared with confeitaria/,
  );

  for (let chat = 0; chat < 5; chat += 1) world.turn(chat, 'answered');
  const conversation = chatIn(world.store, peer, 1);
  const turn = world.store.turns.begin(
    {
      sessionId: peer.id,
      conversationId: conversation,
      messageIds: ['p1'],
      joinedText: 'oi',
      instructionsVersion: 1,
      provider: 'echo',
      model: 'echo',
      parameters: {},
      history: { from: null, to: null, count: 0, hash: '' },
      steps: [],
    },
    world.at,
  );
  world.store.turns.update(turn, { outcome: 'answered', finishedAt: world.at }, world.at);
  world.at += 1000;
  expect((await newest(world)).figures).toMatchObject({ canary: { turns: 5 }, control: { turns: 1, chats: 1 } });
  world.store.sessions.remove(id);
  expect(world.store.canaries.get(begun.id)).toBeNull();
});

test('a clock that was set back: the newest is the one that was begun last, and none runs for longer by it', async () => {
  const world = open();
  const first = await begin(world);
  await world.room.methods.canaryRollBack({ name: 'padaria', id: first.id });
  world.at -= 30 * 60_000;
  const second = await begin(world, { forMs: hour });
  expect(await newest(world)).toMatchObject({ id: second.id, state: 'running' });
  expect((await world.room.methods.canaries({})).canaries).toMatchObject([{ id: second.id }]);

  world.at -= 30 * 60_000;
  await world.room.look();
  expect((await newest(world)).state).toBe('running');
  world.at -= 24 * hour;
  await world.room.look();
  expect(await newest(world)).toMatchObject({ state: 'over', end: 'time', endedAt: second.startedAt });
  expect(await world.room.methods.canaryPromote({ name: 'padaria', id: second.id })).toMatchObject({ version: 3 });
});

test('what is kept of it: one that runs or waits always, its figures without whoever is erased, the rest as long as turns', async () => {
  const world = open();
  const { store } = world;
  const session = world.session();
  const { id } = await begin(world, { share: 99, settings: { 'timing_config.maxParts': 2 } });
  for (let chat = 0; chat < 4; chat += 1) world.turn(chat, 'answered');
  const turns = async () => {
    const { canary, control } = (await newest(world)).figures;
    return canary.turns + control.turns;
  };
  await eraseCustomer(store, session, '5511980000001', world.at);
  expect(await turns()).toBe(3);

  const keep = { eventsDays: 1, incidentsDays: 1, alertsDays: 1, turnsDays: 1 };
  const prune = () => erasedBy((options) => store.retention.pruneRecords(keep, options), world.at);
  const erase = () => erasedBy((options) => store.retention.eraseSession(session, options), world.at);
  world.at += 20 * hour;
  await erase();
  expect(await newest(world)).toMatchObject({ id, state: 'running' });
  expect(await turns()).toBe(0);
  world.at += 5 * hour;
  await world.room.look();
  world.at += 10 * 24 * hour;
  await prune();
  // A person has still to decide.
  expect(await newest(world)).toMatchObject({ id, state: 'over', waits: true });
  await world.room.methods.canaryRollBack({ name: 'padaria', id });
  await prune();
  expect((await world.room.methods.canary({ name: 'padaria' })).canary).toBeNull();

  const other = await begin(world);
  await world.room.methods.canaryRollBack({ name: 'padaria', id: other.id });
  await erase();
  expect(store.canaries.get(other.id)).toBeNull();
});

test('of a backup none goes on, and nobody is asked to decide about it', async () => {
  const world = open();
  const before = world.session();
  const { id } = await begin(world);
  await world.room.look();
  settleRestored(world.store.database, { sessions: [before.name], backupAt: world.at, now: world.at + hour });
  world.at += 2 * hour;
  const next = openCanaries(world.store, () => world.at);
  await next.room.look();
  expect(await newest(world)).toMatchObject({ id, state: 'rolled-back', end: 'restored', waits: false });
  expect(next.shown().size).toBe(0);
  expect(world.events()[0]).toMatch(/^canary-rolled-back: .*backup/);
  expect(world.session()).toMatchObject({ instructionsVersion: before.instructionsVersion, config: before.config });
});
