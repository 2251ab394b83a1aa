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

test('no text from outside is in an alert', () => {
  const alerts = play([snapshotOf([dead('loja-1')]), 60]);
  expect(JSON.stringify(alerts)).not.toContain('segredo');
});
