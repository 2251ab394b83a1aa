import { expect, test } from 'vitest';
import { noAlertState, problemsOf, stepAlerts } from '../../src/alerts/problems.ts';
import type { FleetSnapshot, Incident, SessionRow } from '../../src/protocol/fleet.ts';
import { createFakeFleet, fakeRow } from '../http/fake-fleet.ts';

const snapshotOf = (rows: readonly SessionRow[], more: Partial<FleetSnapshot> = {}): FleetSnapshot => ({
  ...createFakeFleet(...rows).getSnapshot(),
  ...more,
});
const dead = (name: string, more: Partial<SessionRow> = {}): SessionRow =>
  fakeRow(name, { state: 'failed', verdict: 'gave_up', reasonCode: 'gave-up', reason: 'segredo do cliente', ...more });
const incident = (more: Partial<Incident> = {}): Incident => ({
  id: 14,
  blame: 'whatsapp',
  cause: 'WhatsApp Web',
  startedAt: 1,
  endedAt: null,
  sessionIds: ['id-aa', 'id-bb', 'id-cc'],
  totalSessions: 4,
  checks: [],
  conclusion: 'Probably WhatsApp.',
  nextTryAt: null,
  clientText: '',
  ...more,
});

/** Looks again every second over `snapshots`, each shown for so many seconds. */
const play = (...scenes: (readonly [FleetSnapshot, number])[]) => {
  let state = noAlertState;
  let now = 1_000_000;
  const alerts: { kind: string; title: string; at: number }[] = [];
  for (const [snapshot, seconds] of scenes) {
    for (let second = 0; second < seconds; second += 1) {
      const open = new Set(Object.entries(state.open).flatMap(([key, { told }]) => (told ? [key] : [])));
      const step = stepAlerts(state, problemsOf(snapshot, open, 'en'), now);
      state = step.state;
      alerts.push(...step.alerts);
      now += 1000;
    }
  }
  return alerts;
};

test('a problem is told once, and its end once', () => {
  const alerts = play([snapshotOf([dead('loja-1')]), 600], [snapshotOf([fakeRow('loja-1')]), 600]);
  expect(alerts.map(({ kind, title }) => [kind, title])).toEqual([
    ['problem', 'loja-1 gave up after repeated crashes; it needs you: zap-fleet logs'],
    ['recovery', 'loja-1 gave up after repeated crashes; it needs you: zap-fleet logs'],
  ]);
});

test('what heals by itself within seconds wakes nobody', () => {
  const offline = fakeRow('loja-1', { state: 'offline', verdict: 'offline' });
  expect(play([snapshotOf([offline]), 120], [snapshotOf([fakeRow('loja-1')]), 10])).toEqual([]);
  expect(play([snapshotOf([offline]), 700])).toHaveLength(1);
});

test('an incident is one alert, not one a session, and so is its end', () => {
  const rows = ['aa', 'bb', 'cc'].map((name) => dead(name, { incidentId: 14 }));
  const alerts = play(
    [snapshotOf(rows, { incidents: [incident()] }), 900],
    [
      snapshotOf(
        ['aa', 'bb', 'cc'].map((name) => fakeRow(name)),
        { incidents: [incident({ endedAt: 5 })] },
      ),
      60,
    ],
  );
  expect(alerts.map(({ kind }) => kind)).toEqual(['problem', 'recovery']);
  expect(alerts[0]?.title).toContain('Incident 14: WhatsApp Web: 3 of 4 sessions dropped. Probably WhatsApp.');
});

test('one that is scanned again after a logout is one problem until its customers are answered', () => {
  const out = fakeRow('loja-1', { state: 'logged_out', verdict: 'logged_out' });
  const scanning = fakeRow('loja-1', { state: 'qr', verdict: 'scan_qr' });
  const alerts = play([snapshotOf([out]), 60], [snapshotOf([scanning]), 300], [snapshotOf([fakeRow('loja-1')]), 5]);
  expect(alerts.map(({ kind }) => kind)).toEqual(['problem', 'recovery']);
});

test('a new session that waits for its first scan is nobody’s problem; neither is one a person stopped', () => {
  const fresh = fakeRow('nova', { state: 'qr', verdict: 'scan_qr' });
  const stopped = fakeRow('parada', { state: 'failed', verdict: 'gave_up', desiredState: 'stopped' });
  expect(play([snapshotOf([fresh, stopped]), 1200])).toEqual([]);
});

test('what comes and goes is not told every time', () => {
  const scenes = Array.from({ length: 20 }, (_, n) =>
    n % 2 === 0 ? ([snapshotOf([dead('loja-1')]), 30] as const) : ([snapshotOf([fakeRow('loja-1')]), 30] as const),
  );
  expect(play(...scenes).filter(({ kind }) => kind === 'problem')).toHaveLength(1);
});

const left = (name: string, more: Partial<SessionRow> = {}): SessionRow =>
  fakeRow(name, { silent: { chats: 1, today: 1, oldestSince: 1 }, reason: 'segredo do cliente', ...more });

test('customers left in silence, who ask for a person, and new people refused are one alert each, and over when they are', () => {
  const restriction = { scope: 'new', since: 1, refused: 4, nextTryAt: null, code: '463' } as const;
  const rows = [
    left('aa'),
    fakeRow('bb', { verdict: 'asks_for_person', asksForPerson: 2, reason: 'segredo' }),
    fakeRow('cc', { verdict: 'restricted', reasonCode: 'restricted-new', restriction }),
    fakeRow('dd', { verdict: 'drafts', drafts: 2 }),
  ];
  const more = [left('aa', { silent: { chats: 2, today: 5, oldestSince: 1 } }), ...rows.slice(1)];
  const well = snapshotOf(['aa', 'bb', 'cc', 'dd'].map((name) => fakeRow(name)));
  const alerts = play([snapshotOf(rows), 90], [snapshotOf(more), 600], [well, 5]);
  expect(alerts.map(({ kind, title }) => [kind, title.split(':')[0]])).toEqual([
    ['problem', 'bb'],
    ['problem', 'aa left customers without an answer'],
    ['problem', 'cc'],
    ['recovery', 'aa left customers without an answer'],
    ['recovery', 'bb'],
    ['recovery', 'cc'],
  ]);
  expect(JSON.stringify(alerts)).not.toContain('segredo');
});

test('a session that answers nobody is one alert; who is left when it answers again is told then', () => {
  const nobody = left('aa', {
    verdict: 'not_replying',
    reasonCode: 'restricted',
    silent: { chats: 7, today: 7, oldestSince: 1 },
  });
  const alerts = play([snapshotOf([nobody]), 600], [snapshotOf([left('aa')]), 120], [snapshotOf([fakeRow('aa')]), 5]);
  expect(alerts.map(({ kind, title }) => [kind, title])).toEqual([
    ['problem', 'aa is connected, but customers get no answer (WhatsApp refuses all it sends)'],
    ['recovery', 'aa is connected, but customers get no answer (WhatsApp refuses all it sends)'],
    ['problem', 'aa left customers without an answer: zap-fleet why aa'],
    ['recovery', 'aa left customers without an answer: zap-fleet why aa'],
  ]);
});

test('no text from outside is in an alert', () => {
  const alerts = play([snapshotOf([dead('loja-1')]), 60]);
  expect(JSON.stringify(alerts)).not.toContain('segredo');
});
