import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectFleet } from '../../src/client/connect-fleet.ts';
import { isListening } from '../../src/orchestrator/process/reach-socket.ts';
import type { Fleet } from '../../src/protocol/door.ts';
import { withCompiledCode } from '../support/compiled-code.ts';
import { createRealFleet, type RealFleet, rowNamed } from '../support/real-fleet.ts';
import { until } from '../support/until.ts';

const script = fileURLToPath(new URL('../support/daemon-child.ts', import.meta.url));
const names = ['duro-1', 'duro-2', 'duro-3', 'duro-4'];
let real: RealFleet;
let daemon: { child: ChildProcess; output: () => string; exit: Promise<number | null> };

const startDaemon = () => {
  const child = spawn(process.execPath, [script], {
    env: {
      PATH: process.env['PATH'],
      ...withCompiledCode,
      FLEET_HOME: real.home,
      OPENAI_KEY: 'sk-test-secret-value',
      ...real.loaded.raw,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const exit = new Promise<number | null>((done) => child.once('exit', done));
  return { child, output: () => output, exit };
};
const open = async (): Promise<Fleet> => {
  await until(() => isListening(real.paths.socket), { within: 20_000, what: 'the master' });
  return connectFleet(real.loaded, { launch: null });
};
const connected = (fleet: Fleet): boolean =>
  fleet.connection().state === 'open' && names.every((name) => rowNamed(fleet, name).state === 'connected');
const pids = (fleet: Fleet): (number | null)[] => names.map((name) => rowNamed(fleet, name).pid);

beforeAll(() => {
  real = createRealFleet();
});
afterAll(async () => {
  daemon.child.kill('SIGKILL');
  expect(await real.end()).toEqual([]);
});

test('the daemon runs a fleet in the foreground and relays its log', async () => {
  daemon = startDaemon();
  const fleet = await open();
  for (const name of names) {
    real.put(name, 'linked');
    await fleet.request('create', { name, engine: 'simulated', start: true });
  }
  await until(() => connected(fleet), { within: 20_000, what: 'four connected sessions' });
  await until(() => daemon.output().includes('"master runs"'), { what: 'the relayed log' });
  await fleet.close();
});

test('SIGHUP reads the settings again; the sessions go on', async () => {
  const fleet = await open();
  const before = pids(fleet);
  writeFileSync(real.paths.envFile, 'MAX_SESSIONS=7\n');
  daemon.child.kill('SIGHUP');
  await until(() => fleet.connection().state === 'open' && fleet.getSnapshot().fleet.maxSessions === 7, {
    within: 20_000,
    what: 'the new settings',
  });
  await until(() => connected(fleet));
  expect(pids(fleet)).toEqual(before);
  await fleet.close();
});

test('a master that PM2 does not bring back is started again', async () => {
  const fleet = await open();
  const before = pids(fleet);
  // Stopped alone, on purpose: PM2 leaves it stopped, the supervisor does not.
  await fleet.request('masterStop', { sessions: false });
  await until(() => fleet.connection().state === 'lost');
  await until(() => fleet.connection().state === 'open' && connected(fleet), {
    within: 20_000,
    what: 'the next master',
  });
  expect(pids(fleet)).toEqual(before);
  await fleet.close();
});

test('SIGTERM drains all sessions at the same time, leaves nothing, and keeps what was wanted', async () => {
  for (const name of names) real.put(name, 'slow-stop', '2500');
  daemon.child.kill('SIGTERM');
  expect(await daemon.exit).toBe(0);
  // All were told to end before the first one had: a container gives 10 s for all of them together.
  const log = readFileSync(join(real.paths.pm2, 'pm2.log'), 'utf8');
  const firstEnd = log.indexOf('App [session:', log.lastIndexOf('online'));
  expect(log.lastIndexOf('Stopping app:session:')).toBeLessThan(firstEnd);
  expect(real.processes()).toEqual([]);

  daemon = startDaemon();
  const fleet = await open();
  await until(() => connected(fleet), { within: 20_000, what: 'what was wanted, running again' });
  await fleet.close();
});

test('a second signal hurries, and the exit is still clean', async () => {
  daemon.child.kill('SIGINT');
  await until(() => daemon.output().includes('all sessions are stopped;'));
  daemon.child.kill('SIGTERM');
  expect(await daemon.exit).toBe(0);
  expect(real.processes()).toEqual([]);
});
