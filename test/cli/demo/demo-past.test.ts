import { expect, test } from 'vitest';
import { writeDemoPast } from '../../../src/cli/demo/demo-past.ts';
import { closedNow } from '../../../src/cli/demo/demo-sessions.ts';
import { createHistoryMethods } from '../../../src/orchestrator/door/history-methods.ts';
import { createFleetState } from '../../../src/orchestrator/state/fleet-state.ts';
import { createSessionBook } from '../../../src/orchestrator/state/session-book.ts';
import { createHistoryKeeper } from '../../../src/orchestrator/watch/history-keeper.ts';
import type { SessionRow } from '../../../src/protocol/fleet.ts';
import { fleetInfo } from '../../components/support/fake-fleet.ts';
import { temporaryStore } from '../../store/support.ts';

/** The demo's first snapshot, as its master makes it. */
const openDemo = async (timeZone: string, now: number) => {
  const store = temporaryStore();
  writeDemoPast(store, timeZone, now);
  const problems: unknown[] = [];
  const book = createSessionBook(store, () => now);
  const state = createFleetState({
    store,
    book,
    info: fleetInfo(),
    defaultModel: () => '',
    now: () => now,
    onProblem: (error) => problems.push(error),
  });
  state.readActivity();
  const keeper = createHistoryKeeper({
    store,
    book,
    timeZone,
    rowOf: state.row,
    memoryOf: () => null,
    publish: state.setHistory,
    now: () => now,
    onProblem: (error) => problems.push(error),
  });
  await keeper.look();
  state.flush();
  expect(problems).toEqual([]);
  const snapshot = state.getSnapshot();
  state.close();
  return { store, snapshot, methods: createHistoryMethods({ store, book, timeZone, now: () => now }) };
};

// An evening, a night and a noon; zones whose hours begin elsewhere and whose clock was just put back.
test.each([
  ['America/Sao_Paulo', '2026-11-29T01:47:00Z'],
  ['America/Sao_Paulo', '2026-11-29T07:03:00Z'],
  ['Asia/Kolkata', '2026-11-24T07:40:00Z'],
  ['Europe/Berlin', '2026-10-25T02:20:00Z'],
])('a demo that is opened in %s at %s has a day, a week and customers behind it', async (zone, at) => {
  const now = Date.parse(at);
  const { store, snapshot, methods } = await openDemo(zone, now);
  const row = (name: string): SessionRow =>
    snapshot.sessions.find((each) => each.name === name) ?? expect.unreachable();
  expect(snapshot.sessions).toHaveLength(12);
  expect(snapshot.sessions.every(({ label }) => label !== '')).toBe(true);

  const padaria = row('padaria-joao');
  expect(padaria).toMatchObject({ label: 'Padaria do João', verdict: 'logged_out', waiting: { estimated: true } });
  expect(padaria.waiting.chats).toBeGreaterThan(5);
  expect(row('pet-shop-rex').verdict).toBe('gave_up');
  expect(row('escola-sol')).toMatchObject({ desiredState: 'stopped', served: '-'.repeat(24) });
  expect(row('otica-visao')).toMatchObject({ waiting: { chats: 4 } });

  const busy = row('pizzaria-roma');
  expect(busy.served).toMatch(/^[il.n-]{24}$/);
  expect(busy.served?.slice(-3)).toMatch(/[il]/);
  expect(busy.messagesTrend?.received.reduce((sum, n) => sum + n, 0)).toBeGreaterThan(15);
  expect(busy.answerMs?.half).toBeGreaterThan(10_000);
  expect(busy.pausedChats).toBe(1);
  const { trends } = snapshot;
  expect(trends?.messages.received.filter((n) => n > 0).length).toBeGreaterThan(60);
  expect(trends?.answer.half.filter((ms) => ms !== null).length).toBeGreaterThan(30);
  const served = trends?.served24h ?? expect.unreachable();
  expect(served.inTime / (served.inTime + served.late + served.not)).toBeGreaterThan(0.93);

  const heat = await methods.heat({});
  expect(heat.measuredDays).toBe(7);
  expect(heat.cells.every((day) => day.some((n) => n > 0))).toBe(true);
  const { buckets } = await methods.memoryHistory({ name: 'pizzaria-roma' });
  expect(buckets.filter((bytes) => bytes !== null).length).toBeGreaterThan(90);
  expect((await methods.usageBy({ by: 'model' })).shares.map(({ of }) => of)).toEqual([
    'gpt-5.6-luna',
    'gemini-3.5-flash-lite',
  ]);
  expect((await methods.connectedShare({ name: 'pizzaria-roma' })).share).toBeGreaterThan(0.98);
  const newest = store.database.get<{ at: number }>('SELECT max(at) AS at FROM messages')?.at ?? 0;
  expect(newest).toBeLessThanOrEqual(now);
  expect(store.incidents.list(10)).toHaveLength(2);
});

test('what is closed is closed at every hour of the day', () => {
  for (let hour = 0; hour < 24; hour += 1) {
    const { from, to } = closedNow(hour);
    expect(hour >= Number.parseInt(from, 10) && hour < Number.parseInt(to, 10), `${hour}: ${from}-${to}`).toBe(false);
    expect(from).toMatch(/^([01]\d|2[0-3]):00$/);
  }
});
