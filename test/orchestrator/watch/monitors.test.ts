import { afterEach, expect, test } from 'vitest';
import { defaultPolicies } from '../../../src/orchestrator/health/policies.ts';
import type { Why } from '../../../src/orchestrator/state/session-journal.ts';
import { createHealthMonitor } from '../../../src/orchestrator/watch/health-monitor.ts';
import { createIncidentMonitor } from '../../../src/orchestrator/watch/incident-monitor.ts';
import type { Incident } from '../../../src/protocol/fleet.ts';
import { fenceAt, machineClocks, momentOf } from '../../../src/session/fence.ts';
import { runsElsewhereReason } from '../../../src/session/verdict.ts';
import { createFakeFleet, type FakeFleet } from '../../support/fake-processes.ts';
import { until } from '../../support/until.ts';

let fleet: FakeFleet;
afterEach(() => {
  expect(fleet.problems).toEqual([]);
  fleet.end();
});

const kinds = (): string[] => fleet.store.events.list({ limit: 100 }).map((event) => event.kind);
const start = async (...names: string[]): Promise<void> => {
  for (const name of names) {
    const session = fleet.add(name);
    fleet.store.sessions.setAccount(
      session.stored.id,
      { phone: '5511987654321', lid: null, pushName: null },
      Date.now(),
    );
    fleet.book.reload(session);
    fleet.orchestrator.want(session, 'running');
  }
  await until(() => names.every((name) => fleet.workers.has(`session:${name}`)));
  for (const name of names) fleet.says(name, 'connected');
};

test.each([
  ['dead', 'health-worker-hung', 2],
  ['alive', 'health-bus-ill', 1],
])('a worker without heartbeats whose /health is %s: %s', async (health, kind, starts) => {
  fleet = createFakeFleet();
  await start('quiet');
  let later = 0;
  const monitor = createHealthMonitor({
    book: fleet.book,
    orchestrator: fleet.orchestrator,
    store: fleet.store,
    activityOf: () => null,
    costOf: () => null,
    probe: async () => health === 'alive',
    now: () => Date.now() + later,
    log: () => undefined,
  });
  monitor.look();
  expect(kinds()).not.toContain(kind);
  later = defaultPolicies.session.heartbeatLateMs + 1000;
  monitor.look();
  await until(() => {
    monitor.look();
    return kinds().includes(kind);
  });
  // An alert is told once while it lasts, and a worker is ended once.
  monitor.look();
  await until(() => fleet.starts.length === starts);
  expect(kinds().filter((each) => each === kind)).toHaveLength(1);
  monitor.close();
});

test('memory above the hard limit restarts the session, with the evidence in the event log', async () => {
  fleet = createFakeFleet();
  await start('fat');
  let memoryBytes = 2_000_000_000;
  const monitor = createHealthMonitor({
    book: fleet.book,
    orchestrator: fleet.orchestrator,
    store: fleet.store,
    activityOf: () => null,
    costOf: () => ({ memoryBytes, cpuPercent: 1 }),
    probe: async () => true,
    now: Date.now,
    log: () => undefined,
  });
  monitor.look();
  memoryBytes = 100_000_000;
  await until(() => fleet.starts.length === 2);
  const event = fleet.store.events.list({ limit: 50 }).find((each) => each.kind === 'health-memory-hard');
  expect(event?.evidence).toMatchObject({ memoryBytes: 2_000_000_000 });
  monitor.close();
});

test('many failing at once are one incident: restarts pause, one tries first, all come back', async () => {
  fleet = createFakeFleet({ startingAtOnce: 10 });
  const names = ['i-1', 'i-2', 'i-3', 'i-4'];
  await start(...names);
  let later = 0;
  let open: readonly Incident[] = [];
  const monitor = createIncidentMonitor({
    store: fleet.store,
    book: fleet.book,
    orchestrator: fleet.orchestrator,
    publish: (incidents) => {
      open = incidents.filter(({ endedAt }) => endedAt === null);
    },
    probe: async () => ({ internet: 'ok', whatsapp: 'fails', seen: 'HTTP 503' }),
    language: 'en',
    now: () => Date.now() + later,
    log: () => undefined,
  });
  monitor.restore();
  fleet.says('i-1', 'offline', { code: 'no-network', words: 'no network' });
  fleet.says('i-2', 'offline', { code: 'no-network', words: 'no network' });
  monitor.look();
  expect(open).toEqual([]);
  fleet.says('i-3', 'offline', { code: 'no-network', words: 'no network' });
  monitor.look();
  expect(open[0]?.sessionIds).toHaveLength(3);
  await until(() => open[0]?.conclusion.includes('probably WhatsApp'));

  // One that dies now is not restarted.
  fleet.dies('i-1', 1);
  await until(() => fleet.book.get('i-1').reasonCode === 'incident');
  expect(fleet.book.get('i-1').state).toBe('waiting');
  expect(fleet.starts).toHaveLength(4);

  later = defaultPolicies.incident.firstTrialMs + 1000;
  await until(() => {
    monitor.look();
    return fleet.starts.length === 5;
  });
  // They are back: after a stable minute it lifts itself, and who waited runs again.
  for (const name of names) if (fleet.workers.has(`session:${name}`)) fleet.says(name, 'connected');
  later += defaultPolicies.incident.stableMs + 1000;
  await until(() => {
    monitor.look();
    return open.length === 0;
  });
  await until(() => fleet.workers.size === 4);
  expect(monitor.history(10)).toHaveLength(1);
  expect(monitor.history(10)[0]?.endedAt).not.toBeNull();
  expect(fleet.book.all().every((session) => session.incidentId === null)).toBe(true);
  monitor.close();
});

/** Four sessions that run by a permit, and the incidents of their fleet. `now` may be set ahead. */
const withPermit = async () => {
  const names = ['i-1', 'i-2', 'i-3', 'i-4'];
  const elsewhere: Why = { code: runsElsewhereReason, words: 'runs on the server vps-b' };
  const other = { why: null as Why | null };
  fleet = createFakeFleet({
    startingAtOnce: 10,
    permit: {
      ask: async () =>
        other.why === null ? { fence: fenceAt(1, momentOf(machineClocks), 60_000) } : { why: other.why },
      confirm: async () => true,
      giveBack: () => undefined,
    },
  });
  await start(...names);
  const seen = { open: [] as readonly Incident[], later: 0 };
  const monitor = createIncidentMonitor({
    store: fleet.store,
    book: fleet.book,
    orchestrator: fleet.orchestrator,
    publish: (incidents) => {
      seen.open = incidents.filter(({ endedAt }) => endedAt === null);
    },
    probe: async () => ({ internet: 'ok', whatsapp: 'ok', seen: 'HTTP 200' }),
    language: 'en',
    now: () => Date.now() + seen.later,
    log: () => undefined,
  });
  monitor.restore();
  return { names, elsewhere, other, seen, monitor };
};

test.each([
  ['says so', 19],
  ['ends without a word', 0],
])('workers whose right to run was over are no incident of this server: one %s', async (_, exitCode) => {
  const { names, elsewhere, other, seen, monitor } = await withPermit();
  other.why = elsewhere;
  for (const name of names) {
    fleet.orchestrator.permits.extend(fleet.book.get(name), fenceAt(1, momentOf(machineClocks), -1));
    fleet.dies(name, exitCode);
  }
  // Nobody has been asked yet whose they are.
  monitor.look();
  await until(() => names.every((name) => fleet.book.get(name).state === 'held'), { what: 'all to be held' });
  monitor.look();
  expect(seen.open).toEqual([]);
  expect(kinds()).not.toContain('incident-opened');
  monitor.close();
});

test('an incident that is open lets go of what another server has taken, and is over with the last one', async () => {
  const { names, elsewhere, other, seen, monitor } = await withPermit();
  for (const name of names) fleet.dies(name, 1);
  monitor.look();
  expect(seen.open[0]?.sessionIds).toHaveLength(4);
  await until(() => names.every((name) => fleet.book.get(name).state === 'waiting'), { what: 'all to wait' });

  other.why = elsewhere;
  for (const name of names) fleet.orchestrator.permits.withdraw(fleet.book.get(name), elsewhere);
  await until(
    () => {
      monitor.look();
      return seen.open.length === 0;
    },
    { what: 'its end' },
  );
  await until(() => names.every((name) => fleet.book.get(name).state === 'held'), { what: 'all to be held' });
  expect(fleet.book.all().every((session) => session.incidentId === null)).toBe(true);
  monitor.close();
});
