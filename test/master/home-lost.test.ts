import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lookAtFleet } from '../../src/cli/look-at-fleet.ts';
import { masterLock } from '../../src/home/home-paths.ts';
import { stopFleet } from '../../src/master/stop-fleet.ts';
import { isListening } from '../../src/orchestrator/process/reach-socket.ts';
import type { Fleet } from '../../src/protocol/door.ts';
import type { LoadedSettings } from '../../src/settings/load-settings.ts';
import { createRealFleet, type RealFleet, rowNamed } from '../support/real-fleet.ts';
import { until } from '../support/until.ts';

/** The socket, `run/` or the whole home go away from under a fleet that runs. */
const names = ['casa-1', 'casa-2'];
let real: RealFleet;
let fleet: Fleet;

const isWell = (): boolean =>
  fleet.connection().state === 'open' && names.every((name) => rowNamed(fleet, name).state === 'connected');
const pids = (): (number | null)[] => names.map((name) => rowNamed(fleet, name).pid);
const masterPid = (): number => fleet.getSnapshot().fleet.masterPid;

beforeAll(async () => {
  real = createRealFleet();
  fleet = await real.open();
  for (const name of names) {
    real.put(name, 'linked');
    await fleet.request('create', { name, engine: 'simulated', start: true });
  }
  await until(isWell, { within: 20_000, what: 'two connected sessions' });
});
afterAll(async () => {
  expect(await real.end()).toEqual([]);
});

describe('the socket is opened again', () => {
  const open = async (): Promise<Fleet> => {
    await until(() => isListening(real.paths.socket), { within: 10_000, what: 'the socket' });
    return real.open();
  };
  const mended = async (breakIt: () => void): Promise<void> => {
    const [master, workers] = [masterPid(), pids()];
    breakIt();
    const second = await open();
    expect(second.getSnapshot().fleet.masterPid).toBe(master);
    await second.close();
    // Who was connected noticed nothing.
    expect(fleet.connection().state).toBe('open');
    await fleet.request('check', { name: 'casa-1' });
    expect(pids()).toEqual(workers);
    expect(real.masters()).toHaveLength(1);
    await until(() => fleet.getSnapshot().events.some(({ kind }) => kind === 'socket-reopened'), { what: 'the event' });
    expect(statSync(real.paths.socket).mode & 0o777).toBe(0o600);
  };

  test('where it was unlinked', () => mended(() => rmSync(real.paths.socket)));

  test('and whoever looks meanwhile sees the fleet that runs, not a stopped one', async () => {
    const warned: string[] = [];
    rmSync(real.paths.socket);
    const seen = await lookAtFleet(real.loaded as unknown as LoadedSettings, (text) => warned.push(text));
    expect(seen.getSnapshot().fleet.masterPid).toBe(masterPid());
    expect(warned).toEqual([]);
    await seen.close();
  });

  test('where its directory was renamed and made anew, with what the next worker and master need from there', async () => {
    await mended(() => {
      renameSync(real.paths.run, `${real.paths.run}.away`);
      mkdirSync(real.paths.run);
    });
    await until(() => ['master.json', 'secrets.json'].every((file) => existsSync(join(real.paths.run, file))));
    process.kill(masterPid(), 'SIGKILL');
    await until(() => fleet.connection().state === 'lost');
    await until(isWell, { within: 20_000, what: 'the next master' });
  });

  test('where its directory is gone', () => mended(() => rmSync(real.paths.run, { recursive: true })));
});

test('a lock whose file was removed is taken anew by the next master, and never by two', async () => {
  const master = masterPid();
  rmSync(masterLock(real.paths));
  await until(() => fleet.connection().state === 'open' && masterPid() !== master, {
    within: 20_000,
    what: 'the next master',
  });
  await until(isWell, { within: 20_000 });
  expect(real.masters()).toHaveLength(1);
  expect(real.masterIsLocked()).toBe(true);
});

describe('a home that goes away', () => {
  const away = (): string => `${real.home}.away`;
  const running = () => real.processes().filter(({ command }) => !command.includes('await-home'));
  const waiters = () => real.processes().filter(({ command }) => command.includes('await-home'));

  test('takes its fleet with it, nothing is made anew, and the fleet goes on when it is back', async () => {
    renameSync(real.home, away());
    await until(() => running().length === 0, { within: 20_000, what: 'the end of all that wrote there' });
    expect(fleet.connection()).toMatchObject({ state: 'lost', reason: expect.stringContaining('not at its place') });
    expect(existsSync(real.home)).toBe(false);

    renameSync(away(), real.home);
    await until(isWell, { within: 40_000, what: 'the fleet' });
    expect(real.masters()).toHaveLength(1);
    expect(real.daemons()).toHaveLength(1);
    expect(real.workers()).toHaveLength(2);
    expect(real.twins()).toEqual([]);
    await until(() => fleet.getSnapshot().events.some(({ kind }) => kind === 'home-lost'), { what: 'its event' });
    await until(() => waiters().length === 0, { within: 20_000, what: 'the end of the wait' });
  });

  test('and whose fleet is stopped meanwhile stays stopped when it is back, until somebody starts it', async () => {
    renameSync(real.home, away());
    await until(() => running().length === 0 && waiters().length === 1, { within: 20_000, what: 'the wait' });
    await fleet.close();
    await stopFleet(real.paths);
    await until(() => waiters().length === 0, { what: 'the end of the wait' });

    renameSync(away(), real.home);
    expect(real.processes()).toEqual([]);
    // A process that ends has no name any more for a moment before its socket closes.
    await until(async () => !(await isListening(real.paths.socket)), { what: 'nobody behind the socket' });
    expect(real.processes()).toEqual([]);

    fleet = await real.open();
    await until(isWell, { within: 40_000, what: 'the fleet' });
  });
});
