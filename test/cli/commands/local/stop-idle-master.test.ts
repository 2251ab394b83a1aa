import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandContext } from '../../../../src/cli/commands/command.ts';
import { stopIdleMaster } from '../../../../src/cli/commands/local/stop-idle-master.ts';
import { tryLock } from '../../../../src/home/lock.ts';
import { daemonLock } from '../../../../src/master/only-daemon.ts';
import { spawnLaunch } from '../../../../src/master/spawn-launch.ts';
import { createRealFleet, type RealFleet } from '../../../support/real-fleet.ts';
import { until } from '../../../support/until.ts';

/** `restore` needs the fleet still: a master that only a look had started must not be in its way, one that works must. */
let real: RealFleet;
let context: CommandContext;
const warned: string[] = [];

beforeAll(async () => {
  real = createRealFleet();
  context = { loaded: real.loaded, warn: (text: string) => warned.push(text) } as unknown as CommandContext;
  const fleet = await real.open();
  await fleet.request('create', { name: 'loja-1', engine: 'simulated', start: true });
  await until(() => real.workers().length === 1, { within: 20_000, what: 'its worker' });
});
afterAll(async () => {
  expect(await real.end()).toEqual([]);
});

test('one whose sessions run stays, and they are named', async () => {
  await expect(stopIdleMaster(context)).rejects.toMatchObject({
    code: 'refused-by-state',
    message: expect.stringContaining('the fleet runs (loja-1)'),
  });
  expect(real.workers()).toHaveLength(1);
});

test('one that a supervisor would start again stays', async () => {
  const supervisor = tryLock(daemonLock(real.paths));
  const fleet = await real.open();
  await fleet.request('stop', { name: 'loja-1' });
  await expect(stopIdleMaster(context)).rejects.toThrow(/under a supervisor/);
  expect(real.masters()).toHaveLength(1);
  supervisor?.release();
});

test('one without a running session is stopped and said, also when its socket was just removed', async () => {
  rmSync(real.paths.socket);
  await stopIdleMaster(context);
  expect(real.processes()).toEqual([]);
  expect(warned.join()).toContain('was stopped for this');
  // Nothing to stop is nothing to say.
  await stopIdleMaster(context);
  expect(warned).toHaveLength(1);
});

test('and whoever brings a master back by itself leaves it stopped', async () => {
  expect(await spawnLaunch({ ...real.request, home: 'find' })).toEqual({ started: false });
  expect(real.processes()).toEqual([]);
});
