import { expect, test } from 'vitest';
import { createHistoryMethods } from '../../../src/orchestrator/door/history-methods.ts';
import type { ManagedSession } from '../../../src/orchestrator/state/managed-session.ts';
import { createSessionBook } from '../../../src/orchestrator/state/session-book.ts';
import { type RowHistory, rowOf } from '../../../src/orchestrator/state/session-row.ts';
import { createHistoryKeeper } from '../../../src/orchestrator/watch/history-keeper.ts';
import type { FleetTrends } from '../../../src/protocol/fleet.ts';
import type { Ending } from '../../../src/store/message-store.ts';
import type { StoredSession } from '../../../src/store/session-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { addSession, chatOf, eraseCustomer, erasedBy, inbound, noon, temporaryStore } from '../../store/support.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const zone = 'America/Sao_Paulo';

/** A store with one session whose clock stands where the test puts it, and the keeper of its past. */
const world = (timeZone = zone, store: Store = temporaryStore()) => {
  const clock = { now: noon };
  const known = store.sessions.list().find(({ name }) => name === 'padaria-joao');
  const session = known ?? addSession(store, 'padaria-joao', noon - 30 * 24 * hour);
  const book = createSessionBook(store, () => clock.now);
  const managed = (): ManagedSession => book.get(session.name);
  let rows: ReadonlyMap<string, RowHistory> = new Map();
  let trends: FleetTrends | null = null;
  const problems: unknown[] = [];
  let visitsPerHour = 0;
  const memory: { bytes: number | null } = { bytes: null };
  const keeper = createHistoryKeeper({
    store,
    book,
    timeZone,
    rowOf: (one) =>
      rowOf(one, {
        activity: null,
        normal: { sessionId: one.stored.id, receivedPerHour: 0, visitsPerHour, daysSeen: 7 },
        resources: null,
        defaultModel: () => '',
        now: clock.now,
      }),
    memoryOf: () => memory.bytes,
    publish: (next, all) => {
      rows = next;
      trends = all;
    },
    now: () => clock.now,
    onProblem: (error) => problems.push(error),
  });
  const methods = createHistoryMethods({ store, book, now: () => clock.now, timeZone });

  return {
    store,
    session,
    book,
    managed,
    clock,
    memory,
    methods,
    visits: (perHour: number) => {
      visitsPerHour = perHour;
    },
    look: async (at = clock.now): Promise<RowHistory> => {
      clock.now = at;
      await keeper.look();
      expect(problems).toEqual([]);
      return rows.get(session.id) ?? expect.unreachable();
    },
    trends: (): FleetTrends => trends ?? expect.unreachable(),
  };
};

const answered: Ending = { outcome: 'answered', code: null, reason: null };

/** A customer's message, and how it ended. */
const wrote = (
  store: Store,
  session: StoredSession,
  phone: string,
  at: number,
  ending: (Ending & { readonly endedAt: number }) | null,
): number => {
  const chat = chatOf(store, session, phone, at);
  const seq = store.messages.insert(inbound(session, chat.id, `${phone}-${at}`, { at }), at) ?? 0;
  if (ending !== null) store.messages.end([seq], ending, ending.endedAt);
  return seq;
};
/** A customer who was answered so long after he wrote. */
const served = (store: Store, session: StoredSession, phone: string, at: number, tookMs: number): void => {
  const seq = wrote(store, session, phone, at, { ...answered, endedAt: at + tookMs });
  const chat = chatOf(store, session, phone, at);
  const turn = store.turns.begin(
    {
      sessionId: session.id,
      conversationId: chat.id,
      messageIds: ['a'],
      joinedText: 'a',
      instructionsVersion: null,
      provider: 'echo',
      model: 'echo',
      parameters: {},
      history: { from: null, to: null, count: 0, hash: '' },
      steps: [],
    },
    at,
  );
  store.messages.setTurn([seq], turn, at);
  store.turns.update(turn, { outcome: 'answered', finishedAt: at + tookMs }, at + tookMs);
};
const phoneOf = (n: number): string => `55119${80_000_000 + n}`;

test('an hour is named by how its customers were served, and ends with the clock', async () => {
  const { store, session, look, trends } = world();
  served(store, session, phoneOf(1), noon - 3 * hour, 20 * second);
  served(store, session, phoneOf(2), noon - 2 * hour, 10 * minute);
  wrote(store, session, phoneOf(3), noon - hour, { ...answered, outcome: 'unanswered', code: 'empty', endedAt: noon });
  served(store, session, phoneOf(4), noon - 1, 20 * second);
  served(store, session, phoneOf(5), noon, 20 * second);

  const { served: letters } = await look(noon + minute);
  expect(letters).toBe(`${' '.repeat(20)}ilni`);
  expect(trends()).toMatchObject({ servedHours: letters, served24h: { inTime: 3, late: 1, not: 1 } });
});

test('a customer who waits too long reddens the hour; answered after all, he was late', async () => {
  const { store, session, look } = world();
  const seq = wrote(store, session, phoneOf(1), noon, null);
  const last = async (at: number): Promise<string | undefined> => (await look(at)).served?.at(-1);

  expect(await last(noon + minute)).toBe('i');
  expect(await last(noon + 5 * minute)).toBe('n');
  store.messages.end([seq], answered, noon + 6 * minute);
  expect(await last(noon + 7 * minute)).toBe('l');
});

test('who was left in silence reddens the hour in which he wrote for good', async () => {
  const { store, session, look } = world();
  const seq = wrote(store, session, phoneOf(1), noon, null);
  const chat = chatOf(store, session, phoneOf(1));
  store.messages.end([seq], { outcome: 'unknown', code: 'send-unknown', reason: 'r' }, noon + second);
  const left = { sessionId: session.id, conversationId: chat.id, since: noon, code: 'send-unknown', reason: 'r' };
  store.silences.leave(left, noon + second);
  expect((await look(noon + minute)).served?.at(-1)).toBe('n');

  store.silences.end(session.id, chat.id, 'owner', noon + 2 * minute);
  store.database.run("UPDATE messages SET outcome = 'answered', outcome_at = ?", noon + 2 * second);
  expect((await look(noon + 3 * minute)).served?.at(-1)).toBe('n');
  await eraseCustomer(store, session, phoneOf(1), noon + 4 * minute);
  expect((await look(noon + 5 * minute)).served?.at(-1)).toBe('n');
  expect((await look(noon + 70 * minute)).served?.at(-2)).toBe('n');
});

test('whom a person answers, or who wrote while it was closed, was not left waiting', async () => {
  const { store, session, look } = world();
  const held = (code: string): Ending & { endedAt: number } => ({
    outcome: 'held',
    code,
    reason: 'r',
    endedAt: noon,
    heldUntil: noon + 9 * hour,
  });
  const closed = wrote(store, session, phoneOf(1), noon - 2 * hour, held('closed'));
  wrote(store, session, phoneOf(2), noon - 2 * hour, held('chat-paused'));
  wrote(store, session, phoneOf(3), noon - 2 * hour, {
    outcome: 'unanswered',
    code: 'draft-dropped',
    reason: 'r',
    endedAt: noon,
  });
  expect((await look(noon)).served?.at(-3)).toBe('i');

  store.messages.release([closed], noon + minute);
  store.messages.end([closed], answered, noon + 2 * minute);
  expect((await look(noon + 3 * minute)).served?.at(-3)).toBe('i');
});

test('a bot that has no AI serves nobody, and a draft that waits is late', async () => {
  const { store, session, look } = world();
  const held = (code: string): Ending & { endedAt: number } => ({ outcome: 'held', code, reason: 'r', endedAt: noon });
  wrote(store, session, phoneOf(1), noon - hour, held('no-ai'));
  wrote(store, session, phoneOf(2), noon, held('draft'));

  expect((await look(noon + 10 * minute)).served?.slice(-2)).toBe('nl');
});

test('a bot that is off, one that nobody writes to and one that WhatsApp does not reach look different', async () => {
  const { book, managed, clock, look, visits, store, session } = world();
  const minutesOf = async (from: number, count: number): Promise<string | undefined> => {
    let letters: string | null = null;
    for (let n = 0; n < count; n += 1) letters = (await look(from + n * minute)).served ?? null;
    return letters?.at(-1);
  };
  expect((await look(noon - 2 * hour)).served?.at(-1)).toBe('-');

  clock.now = noon;
  store.sessions.setAccount(session.id, { phone: '5511987654321', lid: null, pushName: null }, noon);
  store.sessions.change(session.id, { desiredState: 'running' }, noon);
  book.reload(managed());
  const state = managed();
  state.state = 'connected';
  state.since = noon;
  expect(await minutesOf(noon, 12)).toBe('.');

  state.state = 'logged_out';
  state.since = noon + hour;
  visits(30);
  expect(await minutesOf(noon + hour, 8)).toBe('-');
  expect(await minutesOf(noon + hour + 8 * minute, 14)).toBe('n');
});

test('what it kept is there for the next master, which makes up for the time between', async () => {
  const first = world();
  const { store, session } = first;
  const back = noon - 20 * hour;
  first.managed().state = 'connected';
  await first.look(back);
  served(store, session, phoneOf(1), noon - 5 * hour, 10 * minute);

  const second = world(zone, store);
  const { served: letters } = await second.look(noon);
  expect(letters?.[3]).toBe('.');
  expect(letters?.[18]).toBe('l');
  expect(second.trends().answer.half.filter((ms) => ms !== null)).toEqual([10 * minute]);
  // What it counts anew it does not count twice.
  await second.look(noon + minute);
  expect(store.history.hoursOf([session.id], 0)).toMatchObject([
    { seen: 1, connected: 1 },
    { received: 1, late: 1, inTime: 0 },
    { seen: 2 },
  ]);
});

test('a purged session leaves nothing of its past, and no other loses any', async () => {
  const store = temporaryStore();
  const other = addSession(store, 'otica-visao', noon - hour);
  const { session, look, memory } = world(zone, store);
  served(store, session, phoneOf(1), noon - minute, 20 * second);
  served(store, other, phoneOf(1), noon - minute, 20 * second);
  memory.bytes = 200_000_000;
  await look(noon);
  const rows = (id: string): readonly number[] =>
    ['session_hours', 'session_quarters', 'activity_minutes'].map(
      (table) =>
        store.database.get<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE session_id = ?`, id)?.n ?? -1,
    );
  expect(Math.min(...rows(session.id))).toBeGreaterThan(0);

  await erasedBy((options) => store.retention.eraseSession(session, options));
  expect(rows(session.id)).toEqual([0, 0, 0]);
  expect(Math.min(...rows(other.id))).toBeGreaterThan(0);
});

test('the past is kept as long as it is of use', async () => {
  const { store, session, look, memory } = world();
  served(store, session, phoneOf(1), noon - minute, 20 * second);
  memory.bytes = 1;
  await look(noon);
  const count = (table: string): number =>
    store.database.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? -1;
  const day = 24 * hour;

  await erasedBy((options) => store.retention.pruneActivity(options), noon + day);
  expect(['session_hours', 'session_quarters', 'fleet_quarters'].map(count)).toEqual([2, 1, 1]);
  await erasedBy((options) => store.retention.pruneActivity(options), noon + 3 * day);
  expect(['session_hours', 'session_quarters', 'fleet_quarters'].map(count)).toEqual([2, 0, 0]);
  await erasedBy((options) => store.retention.pruneActivity(options), noon + 36 * day);
  expect(count('session_hours')).toBe(0);
});

test('trends are of whole minutes and whole five minutes, and null before anything is there', async () => {
  const { store, session, look, trends } = world();
  served(store, session, phoneOf(1), noon - 2 * minute, 20 * second);
  served(store, session, phoneOf(2), noon - 90 * minute, 40 * second);
  const at = noon + 3 * minute + 5 * second;
  served(store, session, phoneOf(3), at - 2 * second, second);

  const row = await look(at);
  expect(row.messagesTrend?.received).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  expect(row.answerMs).toEqual({ half: second, most: 20 * second });
  const { messages, messagesLastHour, answerNow, answer } = trends();
  expect(messages.received).toHaveLength(120);
  expect(messages.received.flatMap((n, index) => (n > 0 ? [index] : []))).toEqual([120 - 93, 120 - 5]);
  expect(messagesLastHour).toEqual({ received: 1, sent: 0 });
  expect(answerNow).toEqual({ half: second, most: 20 * second });
  expect(answer.half.slice(-8)).toEqual([null, 40 * second, null, null, null, null, 20 * second, second]);
});

test('a session that is younger than five whole minutes of the clock has no trend yet', async () => {
  const store = temporaryStore();
  const session = addSession(store, 'padaria-joao', noon + minute);
  const { look } = world(zone, store);
  served(store, session, phoneOf(1), noon + 2 * minute, second);

  expect((await look(noon + 4 * minute)).messagesTrend).toBeNull();
  expect((await look(noon + 5 * minute)).messagesTrend?.received.at(-1)).toBe(1);
  expect((await look(noon + 5 * minute)).answerMs).toEqual({ half: second, most: second });
  expect((await look(noon + 2 * hour)).answerMs).toBeNull();
});

test('a week of customers by the clock of the fleet, where summer time repeats an hour', async () => {
  const { store, session, clock, methods } = world('Europe/Berlin');
  const sunday = Date.parse('2026-10-25T00:00Z');
  for (const utc of [0, 1])
    store.history.setMessages(session.id, (sunday + utc * hour) / minute, { received: 3, sent: 0 });
  clock.now = sunday + 30 * hour;

  const heat = await methods.heat({ name: session.name });
  expect(heat.cells.map((day) => day.length)).toEqual([24, 24, 24, 24, 24, 24, 24]);
  expect(heat.cells[6]?.[2]).toBe(6);
  expect(heat.cells.flat().reduce((sum, n) => sum + n, 0)).toBe(6);
  expect(heat.measuredDays).toBe(1);
  expect((await methods.heat({})).cells).toEqual(heat.cells);
});

test('what is usual in this hour is the mean of the days before on which it is known, from two days on', async () => {
  const { store, session, clock, methods } = world();
  const came = (daysAgo: number, received: number): void =>
    store.history.setMessages(session.id, (noon - daysAgo * 24 * hour) / minute, { received, sent: 0 });
  clock.now = noon + 20 * minute;
  came(0, 90);
  came(1, 10);
  expect((await methods.heat({ name: session.name })).usualNow).toBeNull();

  came(2, 21);
  expect((await methods.heat({ name: session.name })).usualNow).toBe(16);
  clock.now = noon + hour;
  expect((await methods.heat({ name: session.name })).usualNow).toBeNull();
});

test("today begins at the fleet's midnight", async () => {
  const { store, session, look, methods } = world();
  // 15:00 UTC is noon in São Paulo.
  served(store, session, phoneOf(1), noon - 12 * hour - 1, 20 * second);
  served(store, session, phoneOf(2), noon - 12 * hour, 20 * second);
  served(store, session, phoneOf(3), noon, 3 * minute);
  served(store, session, phoneOf(3), noon + minute, 40 * second);
  await look(noon + 2 * minute);

  expect(await methods.today({ name: session.name })).toMatchObject({ received: 3, customers: 2 });
  const { perHour } = await methods.today({ name: session.name });
  expect(perHour.flatMap((n, at) => (n > 0 ? [[at, n]] : []))).toEqual([
    [0, 1],
    [12, 2],
  ]);
  expect(await methods.answerHistogram({})).toEqual({
    counts: [0, 1, 1, 1, 0],
    slowest: { ms: 3 * minute, chat: 'Ana', at: noon + 3 * minute },
  });
});

test('memory is a mean of each quarter, and its slope that of one life', async () => {
  const { session, look, memory, managed, methods } = world();
  const start = noon - 3 * hour;
  for (let quarter = 0; quarter <= 12; quarter += 1) {
    memory.bytes = quarter < 4 ? 900_000_000 : 200_000_000 + (quarter - 4) * 1_000_000;
    await look(start + quarter * 15 * minute);
    await look(start + quarter * 15 * minute + 30 * second);
  }
  const history = async () => methods.memoryHistory({ name: session.name });
  expect((await history()).slopeBytesPerHour).toBeNull();
  managed().worker = {
    startId: 's',
    startedAt: start + hour - minute,
    pid: 1,
    pmId: 1,
    awaitsReport: false,
  };

  const { buckets, slopeBytesPerHour } = await history();
  expect(buckets).toHaveLength(96);
  expect(buckets.slice(-3)).toEqual([206_000_000, 207_000_000, 208_000_000]);
  expect(buckets.slice(0, 83).every((bytes) => bytes === null)).toBe(true);
  expect(slopeBytesPerHour).toBe(4_000_000);
  expect(await history()).not.toHaveProperty('cpu');
});

test('the share of time that it was connected leaves out what was meant to be off', async () => {
  const { store, session, clock, methods } = world();
  const at = noon / minute;
  const seen = (n: number, connected: boolean, off: boolean): void => {
    for (let k = 0; k < n; k += 1)
      store.history.addSeen(session.id, at, { isConnected: connected, isOff: off, isBlind: false });
  };
  seen(30, true, false);
  seen(10, false, false);
  seen(20, false, true);
  clock.now = noon + minute;

  const share = await methods.connectedShare({ name: session.name, days: 1 });
  expect(share.hours).toHaveLength(24);
  expect(share.hours.slice(-2)).toEqual([null, 0.75]);
  expect(share.share).toBe(0.75);
});
