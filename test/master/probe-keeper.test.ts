import { expect, onTestFinished, test } from 'vitest';
import { createProbeKeeper, type ProbeKeeper, type ProbeParts } from '../../src/master/probes/probe-keeper.ts';
import { createFleetState } from '../../src/orchestrator/state/fleet-state.ts';
import { createSessionBook } from '../../src/orchestrator/state/session-book.ts';
import type { FleetInfo } from '../../src/protocol/fleet.ts';
import type { ProbePlan, ProbeRun } from '../../src/session/probe.ts';
import { parseSettings } from '../../src/settings/settings.ts';
import { addSession, noon, temporaryStore } from '../store/support.ts';

const minute = 60_000;
const hour = 60 * minute;
const info: FleetInfo = {
  fleetId: 'f',
  version: '1',
  host: 'h',
  demo: false,
  home: '/x',
  masterPid: 1,
  startedAt: noon,
  settingsFingerprint: 'x',
  maxSessions: 10,
  publicUrl: null,
  apiUrl: null,
  machine: null,
  health: {
    store: { status: 'ok', reason: null },
    ai: { status: 'ok', reason: null },
    alerts: { status: 'off', reason: null },
    replica: null,
  },
  messagesPerMinute: { in: 0, out: 0 },
  aiToday: { costUsd: 0, budgetUsd: null },
};

const names = ['matriz', 'padaria', 'loja'] as const;
type Name = (typeof names)[number];

/** Three connected sessions and a master's keeper of mystery customers; time stands still until the test moves it. */
const open = () => {
  const store = temporaryStore();
  let time = noon;
  const now = () => time;
  names.forEach((name, n) => {
    const { id } = addSession(store, name);
    store.sessions.setAccount(id, { phone: `551198765000${n}`, lid: null, pushName: null }, noon);
  });
  const book = createSessionBook(store, now);
  for (const session of book.all())
    for (const state of ['queued', 'starting', 'syncing', 'connected'] as const) book.move(session, state);
  const onProblem = (error: unknown): never => {
    throw error;
  };
  const state = createFleetState({ store, book, info, defaultModel: () => 'm', now, onProblem });
  onTestFinished(() => state.close());

  const problems: unknown[] = [];
  const parts = {
    store,
    book,
    state,
    settings: parseSettings({ TZ: 'America/Sao_Paulo' }),
    log: { warn: (text: string, fields: unknown) => problems.push([text, fields]) },
    now,
  } as unknown as ProbeParts;
  const session = (name: Name) => book.get(name);
  const plan = (name: Name, from: Name, more: Partial<ProbePlan> = {}): void =>
    store.probes.setPlan({
      sessionId: session(name).stored.id,
      fromId: session(from).stored.id,
      everyMs: 2 * hour,
      fromMinute: 0,
      untilMinute: 0,
      text: 'Vocês abrem hoje?',
      expect: null,
      nextAt: time,
      setAt: time,
      setBy: 'you',
      ...more,
    });
  const under = (): ProbeRun[] => store.probes.openRuns();
  /** It goes out and is answered, as both workers would write it. */
  const answerRun = (run: ProbeRun): void => {
    const part = run.partId ?? 0;
    store.outbox.markSending(part, { messageId: `Q${run.id}`, chatId: 'x@c.us' }, 'life', time);
    const sending = store.outbox.get(part);
    if (sending !== null) store.outbox.markSent(sending, { waId: `true_x@c.us_Q${run.id}`, ack: 1 }, time);
    store.probes.markReceived(run.id, time + 1000);
    const from = book.byId(run.fromId)?.stored;
    const to = book.byId(run.sessionId)?.stored;
    if (from === undefined || to === undefined) throw new Error('a session is gone');
    const chat = store.probes.chatTo(from, to.name, time);
    store.messages.insert(
      {
        sessionId: from.id,
        conversationId: chat.id,
        waId: `false_x@c.us_A${run.id}`,
        sender: 'customer',
        author: null,
        kind: 'text',
        text: 'Sim.',
        mimeType: null,
        quotedId: null,
        at: time,
        ending: { outcome: 'ignored', code: 'probe-answer', reason: store.probes.answerMark(run.id) },
      },
      time,
    );
    store.probes.markAnswered(run.id, time + 21_000);
    time += 21_000;
  };
  /** It goes out, arrives, and nothing comes back. */
  const leaveRun = (run: ProbeRun): void => {
    const part = run.partId ?? 0;
    store.outbox.markSending(part, { messageId: `Q${run.id}`, chatId: 'x@c.us' }, 'life', time);
    const sending = store.outbox.get(part);
    if (sending !== null) store.outbox.markSent(sending, { waId: `true_x@c.us_Q${run.id}`, ack: 1 }, time);
  };
  return {
    store,
    book,
    state,
    session,
    plan,
    under,
    answerRun,
    leaveRun,
    problems,
    keeper: (): ProbeKeeper => createProbeKeeper(parts),
    row: (name: Name) => state.row(session(name)),
    events: () =>
      store.events
        .list({ limit: 100 })
        .map(({ kind }) => kind)
        .filter((kind) => kind.startsWith('probe-'))
        .reverse(),
    pass: (ms: number): void => {
      time += ms;
    },
    now,
  };
};

test('a question is asked when it is due, proves the session, and the next one comes later than the interval', async () => {
  const fleet = open();
  const keeper = fleet.keeper();
  fleet.plan('padaria', 'matriz');
  await keeper.look();
  const [run] = fleet.under();
  expect(fleet.row('padaria').probe).toMatchObject({
    from: 'matriz',
    asksSince: noon,
    lastOutcome: null,
    waitsFor: null,
  });

  await keeper.look();
  expect(fleet.under()).toHaveLength(1);
  if (run !== undefined) fleet.answerRun(run);
  await keeper.look();
  expect(fleet.under()).toEqual([]);
  expect(fleet.row('padaria').probe).toMatchObject({
    lastOutcome: 'ok',
    answerMs: 21_000,
    provedAt: noon + 21_000,
    asksSince: null,
  });
  expect(fleet.row('padaria').probe?.hours.at(-1)).toBe('i');
  expect(fleet.row('matriz').probe).toBeNull();
  const next = fleet.row('padaria').probe?.nextAt ?? 0;
  expect(next).toBeGreaterThanOrEqual(fleet.now() + 2 * hour);
  expect(next).toBeLessThan(fleet.now() + 2.5 * hour + 1);
  expect(fleet.problems).toEqual([]);
});

test('what is in the way is shown, and nothing is asked', async () => {
  const fleet = open();
  const keeper = fleet.keeper();
  const { id } = fleet.session('padaria').stored;
  const waitsFor = async (): Promise<string | null | undefined> => {
    fleet.plan('padaria', 'matriz', { fromMinute: 0, untilMinute: 1440 });
    await keeper.look();
    expect(fleet.under()).toEqual([]);
    return fleet.row('padaria').probe?.waitsFor;
  };

  fleet.store.sessions.change(id, { replies: 'draft' }, fleet.now());
  fleet.book.refresh();
  expect(await waitsFor()).toMatch(/padaria is in watch mode/);
  fleet.store.sessions.change(id, { replies: 'on' }, fleet.now());
  fleet.book.refresh();

  fleet.book.move(fleet.session('matriz'), 'offline');
  expect(await waitsFor()).toMatch(/matriz is not connected/);
  fleet.book.move(fleet.session('matriz'), 'connected');

  // Noon in São Paulo.
  fleet.plan('padaria', 'matriz', { fromMinute: 13 * 60, untilMinute: 14 * 60 });
  await keeper.look();
  expect(fleet.under()).toEqual([]);
  expect(fleet.row('padaria').probe?.waitsFor).toMatch(/within its hours/);

  fleet.plan('padaria', 'matriz');
  await keeper.look();
  expect(fleet.under()).toHaveLength(1);
  expect(fleet.row('padaria').probe?.waitsFor).toBeNull();
});

test('one failure is tried again after a minute; two are told once and are the verdict until one is answered', async () => {
  const fleet = open();
  const keeper = fleet.keeper();
  const ask = async (): Promise<ProbeRun> => {
    await keeper.look();
    const [run] = fleet.under();
    if (run === undefined) throw new Error('nothing was asked');
    return run;
  };
  const fail = async (): Promise<void> => {
    fleet.leaveRun(await ask());
    await keeper.look();
    fleet.pass(10 * minute);
    await keeper.look();
    expect(fleet.under()).toEqual([]);
  };

  fleet.plan('padaria', 'matriz');
  await fail();
  expect(fleet.row('padaria')).toMatchObject({
    verdict: 'connected',
    probe: { failedInRow: 1, nextAt: fleet.now() + minute },
  });
  fleet.pass(minute);
  await fail();
  expect(fleet.row('padaria')).toMatchObject({
    verdict: 'not_replying',
    reasonCode: 'probe-failed',
    probe: { failedInRow: 2 },
  });
  expect(fleet.row('padaria').probe?.nextAt).toBeGreaterThanOrEqual(fleet.now() + 2 * hour);

  fleet.pass(3 * hour);
  fleet.answerRun(await ask());
  await keeper.look();
  expect(fleet.row('padaria')).toMatchObject({ verdict: 'connected', reasonCode: null, probe: { failedInRow: 0 } });
  expect(fleet.events()).toEqual(['probe-missed', 'probe-failed', 'probe-answered']);
});

test('no session asks or is asked twice at a time, and two never ask each other at once', async () => {
  const fleet = open();
  const keeper = fleet.keeper();
  fleet.plan('padaria', 'matriz');
  fleet.plan('matriz', 'padaria');
  fleet.plan('loja', 'matriz');
  await keeper.look();
  await keeper.look();
  expect(fleet.under()).toHaveLength(1);

  for (let left = 3; left > 0; left -= 1) {
    const [run] = fleet.under();
    if (run !== undefined) fleet.answerRun(run);
    await keeper.look();
  }
  expect(names.map((name) => fleet.row(name).probe?.lastOutcome)).toEqual(['ok', 'ok', 'ok']);
});

test('the next master goes on with a question, and one whose time ran over while it was away is unknown', async () => {
  const fleet = open();
  const first = fleet.keeper();
  fleet.plan('padaria', 'matriz');
  await first.look();
  const [run] = fleet.under();
  if (run === undefined) throw new Error('nothing was asked');
  const waiting = first.ended(run);
  await first.close();
  expect(await waiting).toMatchObject({ id: run.id, outcome: null });

  fleet.answerRun(run);
  await fleet.keeper().look();
  expect(fleet.store.probes.run(run.id)).toMatchObject({ outcome: 'ok', answerMs: 21_000 });

  fleet.pass(3 * hour);
  const second = fleet.keeper();
  await second.look();
  const [late] = fleet.under();
  if (late === undefined) throw new Error('nothing was asked');
  fleet.leaveRun(late);
  await second.look();
  fleet.pass(hour);
  const third = fleet.keeper();
  fleet.pass(1000);
  await third.look();
  expect(fleet.store.probes.run(late.id)).toMatchObject({ outcome: 'unknown', code: 'probe-master-away' });
  expect(fleet.row('padaria').verdict).toBe('connected');
});

test('a clock that is set back ends what is under way, and keeps nobody unasked for as long', async () => {
  const fleet = open();
  const keeper = fleet.keeper();
  fleet.plan('padaria', 'matriz');
  await keeper.look();
  const [run] = fleet.under();
  if (run === undefined) throw new Error('nothing was asked');
  fleet.answerRun(run);
  await keeper.look();
  expect(fleet.store.probes.run(run.id)).toMatchObject({ outcome: 'ok' });
  fleet.pass(minute);
  await keeper.look();
  expect(fleet.under()).toEqual([]);

  fleet.pass(-24 * hour);
  await keeper.look();
  const [next] = fleet.under();
  expect(next?.id).toBeGreaterThan(run.id);
  await keeper.look();
  expect(fleet.under()).toHaveLength(1);

  fleet.pass(-hour);
  await keeper.look();
  expect(fleet.store.probes.run(next?.id ?? 0)).toMatchObject({ outcome: 'unknown', code: 'probe-clock' });
  await keeper.look();
  expect(fleet.under()).toEqual([]);
  fleet.pass(3 * hour);
  await keeper.look();
  expect(fleet.under()).toHaveLength(1);
});

test('a session that is gone is asked no more, and one whose asker is gone says so', async () => {
  const fleet = open();
  const keeper = fleet.keeper();
  fleet.plan('padaria', 'matriz');
  fleet.plan('loja', 'matriz', { nextAt: noon + minute });
  fleet.book.drop(fleet.session('padaria'));
  fleet.book.drop(fleet.session('matriz'));
  fleet.pass(minute);
  await keeper.look();
  expect(fleet.store.probes.plans()).toHaveLength(1);
  expect(fleet.under()).toEqual([]);
  expect(fleet.row('loja').probe?.waitsFor).toMatch(/deleted: set another one/);
});
