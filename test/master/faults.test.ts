import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Fleet } from '../../src/protocol/door.ts';
import { createRealFleet, type RealFleet, rowNamed } from '../support/real-fleet.ts';
import { until } from '../support/until.ts';

const names = ['faro-1', 'faro-2', 'faro-3'];
let real: RealFleet;
let fleet: Fleet;

const pids = (): (number | null)[] => names.map((name) => rowNamed(fleet, name).pid);
const allConnected = (): boolean =>
  fleet.connection().state === 'open' && names.every((name) => rowNamed(fleet, name).state === 'connected');
const kill = (pid: number | null | undefined, signal: NodeJS.Signals): void => {
  if (typeof pid !== 'number') throw new Error('nothing to signal');
  process.kill(pid, signal);
};

beforeAll(async () => {
  real = createRealFleet();
  // Two dashboards at the same moment on an empty home, then five commands at the same moment.
  const [first, second, ...commands] = await Promise.all(Array.from({ length: 7 }, () => real.open()));
  if (first === undefined || second === undefined) throw new Error('no door');
  fleet = first;
  for (const name of names) real.put(name, 'linked');
  const [create] = commands;
  for (const name of names) await create?.request('create', { name, engine: 'simulated' });
  await Promise.all([
    ...commands.map((door) => door.request('start', { name: 'faro-1' })),
    ...names.map((name) => second.request('start', { name })),
  ]);
  await until(allConnected, { within: 15_000, what: 'three connected sessions' });
});
afterAll(async () => {
  expect(await real.end()).toEqual([]);
});

test('seven clients at once on an empty FLEET_HOME end with one daemon, one master, one worker a session', () => {
  expect(real.daemons()).toHaveLength(1);
  expect(real.masters()).toHaveLength(1);
  expect(real.workers()).toHaveLength(3);
  expect(real.twins()).toEqual([]);
});

test('a killed worker comes back, alone, and the row says how often', async () => {
  const before = pids();
  kill(before[0], 'SIGKILL');
  await until(() => allConnected() && pids()[0] !== before[0], { within: 20_000, what: 'a new worker' });
  expect(pids().slice(1)).toEqual(before.slice(1));
  expect(rowNamed(fleet, 'faro-1').restarts).toBe(1);
  await until(() => fleet.getSnapshot().events.some((event) => event.kind === 'worker-died'), { what: 'its event' });
});

test('a killed master is started again by PM2, and no worker notices', async () => {
  const before = pids();
  const master = fleet.getSnapshot().fleet.masterPid;
  kill(master, 'SIGKILL');
  await until(() => fleet.connection().state === 'open' && fleet.getSnapshot().fleet.masterPid !== master, {
    within: 20_000,
    what: 'a new master',
  });
  await until(allConnected, { within: 15_000, what: 'the reports of all workers' });
  expect(pids()).toEqual(before);
  expect(real.masters()).toHaveLength(1);
});

test('a master that is told to end hands over and stops no session', async () => {
  const before = pids();
  const master = fleet.getSnapshot().fleet.masterPid;
  kill(master, 'SIGTERM');
  await until(() => fleet.connection().state === 'open' && fleet.getSnapshot().fleet.masterPid !== master, {
    within: 20_000,
    what: 'the next master',
  });
  await until(allConnected, { within: 15_000, what: 'the reports of all workers' });
  expect(pids()).toEqual(before);
});

test('a killed PM2 daemon is replaced: the workers drain, then run again, one each', async () => {
  const before = pids();
  // Workers that need a while to close their login: nobody may start beside them.
  for (const name of names) real.put(name, 'slow-stop', '1500');
  kill(real.daemons()[0]?.pid, 'SIGKILL');
  await until(() => pids().every((pid, index) => pid !== null && pid !== before[index]) && allConnected(), {
    within: 40_000,
    what: 'new workers under a new daemon',
  });
  expect(real.daemons()).toHaveLength(1);
  expect(real.masters()).toHaveLength(1);
  expect(real.workers()).toHaveLength(3);
  expect(real.twins()).toEqual([]);
});

test('start and stop at the same moment end in one of the two, and stay there', async () => {
  const results = await Promise.allSettled([
    fleet.request('stop', { name: 'faro-2' }),
    fleet.request('start', { name: 'faro-2' }),
    fleet.request('restart', { name: 'faro-2' }),
    fleet.request('stop', { name: 'faro-2' }),
  ]);
  expect(results.at(-1)?.status).toBe('fulfilled');
  const row = rowNamed(fleet, 'faro-2');
  expect([row.state, row.desiredState, row.pid]).toEqual(['stopped', 'stopped', null]);
  expect(real.workers()).toHaveLength(2);
  expect(real.twins()).toEqual([]);
});
