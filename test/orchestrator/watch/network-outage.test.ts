import { afterEach, expect, test } from 'vitest';
import { defaultPolicies } from '../../../src/orchestrator/health/policies.ts';
import { createIncidentMonitor } from '../../../src/orchestrator/watch/incident-monitor.ts';
import type { OutsideProbe } from '../../../src/orchestrator/watch/incident-probes.ts';
import type { Incident } from '../../../src/protocol/fleet.ts';
import { workerExits } from '../../../src/protocol/worker-exit.ts';
import { createFakeFleet, type FakeFleet } from '../../support/fake-processes.ts';
import { until } from '../../support/until.ts';

let fleet: FakeFleet;
afterEach(() => {
  expect(fleet.problems).toEqual([]);
  fleet.end();
});

const gone: OutsideProbe = { internet: 'fails', whatsapp: 'fails', seen: 'EAI_AGAIN' };
const well: OutsideProbe = { internet: 'ok', whatsapp: 'ok', seen: 'HTTP 200' };
/** Quick tries; the shapes of the pauses are tested with `health/`. */
const network = { ...defaultPolicies.network, firstMs: 5, maxMs: 20, jitter: 0 };

const monitorOf = (outside: () => OutsideProbe) => {
  let incidents: readonly Incident[] = [];
  const monitor = createIncidentMonitor({
    store: fleet.store,
    book: fleet.book,
    orchestrator: fleet.orchestrator,
    publish: (published) => {
      incidents = published;
    },
    probe: async () => outside(),
    network,
    language: 'en',
    now: Date.now,
    log: () => undefined,
  });
  monitor.restore();
  return {
    monitor,
    all: () => incidents,
    open: (): Incident | null => incidents.find(({ endedAt }) => endedAt === null) ?? null,
  };
};

const runs = (name: string): boolean => fleet.workers.has(`session:${name}`);
/** Its worker starts, does not get through, and ends as one does over the network. */
const failOnce = async (name: string, code: string): Promise<void> => {
  await until(() => runs(name), { what: `${name} to be started` });
  fleet.says(name, 'broken', { code, words: `web.whatsapp.com (${code})` });
  fleet.dies(name, workerExits.unreachable.code);
};

const link = (name: string): void => {
  const session = fleet.book.get(name);
  const account = { phone: '5511987654321', lid: null, pushName: null };
  fleet.store.sessions.setAccount(session.stored.id, account, Date.now());
  fleet.book.reload(session);
};

test('fails over the network as often as it likes, linked or not: no breaker, no budget, no restart counted', async () => {
  fleet = createFakeFleet({ policies: { network, budget: { maxRestarts: 1, windowMs: 600_000 } } });
  for (const name of ['linked', 'fresh']) fleet.orchestrator.want(fleet.add(name, 'wppconnect'), 'running');
  link('linked');
  const codes = ['no-network', 'dns', 'whatsapp-unreachable'];
  for (let tries = 0; tries < 12; tries += 1)
    for (const name of ['linked', 'fresh']) await failOnce(name, codes[tries % 3] ?? '');
  await until(() => runs('linked') && runs('fresh'), { what: 'the next try of both' });
  for (const session of fleet.book.all()) expect(session.stored.restarts).toBe(0);
  const told = fleet.store.events.list({ limit: 200 }).map((event) => event.kind);
  expect(told).not.toContain('worker-died');
  expect(told).not.toContain('session-failed');
});

test('a network that is away is one incident, of however few sessions, and its end starts them all again', async () => {
  fleet = createFakeFleet({ policies: { network }, startingAtOnce: 1 });
  for (const name of ['linked', 'fresh']) fleet.orchestrator.want(fleet.add(name, 'wppconnect'), 'running');
  link('linked');
  let outside = gone;
  const { monitor, open, all } = monitorOf(() => outside);

  // One at a time, and on a busy machine either may be the first.
  await Promise.all([failOnce('linked', 'dns'), failOnce('fresh', 'dns')]);
  const followed = async (done: () => boolean, what: string): Promise<void> => {
    await until(
      () => {
        monitor.look();
        for (const name of ['linked', 'fresh'])
          if (runs(name) && fleet.book.get(name).state === 'starting') {
            if (outside === gone) fleet.says(name, 'broken', { code: 'dns', words: 'no DNS' });
            if (outside === gone) fleet.dies(name, workerExits.unreachable.code);
          }
        return done();
      },
      { what },
    );
  };
  await followed(() => open()?.outage?.waiting === 2, 'both to wait in one incident');
  expect(open()).toMatchObject({ blame: 'network', outage: { fault: 'dns', waiting: 2 }, seen: { network: 2 } });
  await followed(() => fleet.book.all().every((session) => session.reasonCode === 'incident'), 'both to be held');
  const starts = fleet.starts.length;

  // It is asked again and again; nobody is started meanwhile.
  const tries = new Set<number>();
  await followed(() => tries.add(open()?.nextTryAt ?? 0).size >= 5, 'five tries');
  expect(fleet.starts).toHaveLength(starts);
  expect(all()).toHaveLength(1);

  outside = well;
  await followed(() => open() === null, 'the end of the incident');
  // One after the other, in whichever order: neither has been connected before, so neither comes first by right.
  const served = new Set<string>();
  await until(
    () => {
      for (const name of ['linked', 'fresh'])
        if (runs(name) && !served.has(name)) {
          served.add(name);
          fleet.says(name, name === 'linked' ? 'connected' : 'qr');
        }
      return served.size === 2;
    },
    { what: 'both to start again' },
  );
  expect(fleet.mostTogether()).toBe(1);
  expect(
    fleet.book
      .all()
      .map((session) => session.state)
      .sort(),
  ).toEqual(['connected', 'qr']);
  expect(fleet.store.events.list({ limit: 50 }).map((event) => event.kind)).toContain('network-lost-dns');
  monitor.close();
});

test('the next master goes on with the outage of the last one', async () => {
  fleet = createFakeFleet({ policies: { network } });
  fleet.orchestrator.want(fleet.add('alone', 'wppconnect'), 'running');
  link('alone');
  const first = monitorOf(() => gone);
  await failOnce('alone', 'no-network');
  await until(() => {
    first.monitor.look();
    if (runs('alone')) {
      fleet.says('alone', 'broken', { code: 'no-network', words: 'x' });
      fleet.dies('alone', workerExits.unreachable.code);
    }
    return fleet.book.get('alone').reasonCode === 'incident';
  });
  const since = first.open()?.startedAt;
  first.monitor.close();

  await fleet.nextMaster();
  let outside = gone;
  const second = monitorOf(() => outside);
  expect(second.open()).toMatchObject({ startedAt: since, outage: { fault: 'dns', waiting: 1 } });
  outside = well;
  await until(() => {
    second.monitor.look();
    return second.open() === null && runs('alone');
  });
  second.monitor.close();
});

test('one that cannot get through while this server does has a problem of its own, and its row says so', async () => {
  // One that is alone with it waits as one that crashed does: long enough to be seen.
  const backoff = { firstMs: 1000, factor: 1, maxMs: 1000, jitter: 0, stableMs: 60_000 };
  fleet = createFakeFleet({ policies: { network, backoff } });
  for (const name of ['ill', 'well']) {
    fleet.orchestrator.want(fleet.add(name, 'wppconnect'), 'running');
    link(name);
    await until(() => runs(name));
    fleet.says(name, 'connected');
  }
  const { monitor, all } = monitorOf(() => well);
  const ill = fleet.book.get('ill');
  fleet.says('ill', 'broken', { code: 'whatsapp-unreachable', words: 'ERR_CONNECTION_RESET' });
  fleet.dies('ill', workerExits.unreachable.code);
  await until(() => {
    monitor.look();
    return ill.unreachableAlone;
  });
  expect(all()).toEqual([]);
  expect(fleet.book.get('well').state).toBe('connected');

  // Every further try says it, too; getting through ends it.
  await failOnce('ill', 'whatsapp-unreachable');
  await until(() => ill.reasonCode === 'unreachable-alone' && ill.state === 'starting');
  expect(ill.reason).toBe('web.whatsapp.com (whatsapp-unreachable)');
  await until(() => runs('ill'));
  fleet.says('ill', 'connected');
  expect(ill.reasonCode).toBeNull();
  expect(ill.unreachableAlone).toBe(false);
  const told = fleet.store.events.list({ limit: 50 }).filter((event) => event.kind === 'unreachable-alone');
  expect(told).toHaveLength(1);
  monitor.close();
});

test('simulated phones have a network of their own: nobody asks the outside for them', async () => {
  fleet = createFakeFleet();
  fleet.orchestrator.want(fleet.add('demo'), 'running');
  link('demo');
  await until(() => runs('demo'));
  fleet.says('demo', 'connected');
  let asked = 0;
  const { monitor, open } = monitorOf(() => {
    asked += 1;
    return gone;
  });
  fleet.says('demo', 'offline', { code: 'no-network', words: 'no network' });
  for (let looks = 0; looks < 5; looks += 1) monitor.look();
  expect([asked, open()]).toEqual([0, null]);
  monitor.close();
});

test('thirteen killed workers on a server without internet are an incident of the server, which names them', async () => {
  fleet = createFakeFleet({ maxSessions: 20, startingAtOnce: 20 });
  const names = Array.from({ length: 13 }, (_, index) => `k-${index}`);
  for (const name of names) {
    fleet.orchestrator.want(fleet.add(name, 'wppconnect'), 'running');
    link(name);
  }
  await until(() => names.every(runs));
  for (const name of names) fleet.says(name, 'connected');
  const { monitor, open } = monitorOf(() => gone);
  for (const name of names) fleet.dies(name, 0);
  await until(() => {
    monitor.look();
    return open()?.checks.some(({ name, result }) => name === 'internet' && result === 'fails') ?? false;
  });
  expect(open()).toMatchObject({ blame: 'server', outage: null, seen: { 'worker-died': 13 } });
  expect(open()?.conclusion).toContain('13 workers ended by themselves');
  expect(open()?.conclusion).not.toContain('internet');
  monitor.close();
});
