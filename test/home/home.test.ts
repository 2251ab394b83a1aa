import { fork } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { homePaths, prepareHome } from '../../src/home/home-paths.ts';
import { isLocked, tryLock, waitForLock } from '../../src/home/lock.ts';
import { until } from '../support/until.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'zf-home-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('FLEET_HOME', () => {
  test('is made for its owner alone', () => {
    const paths = homePaths(join(directory, 'fleet'));
    prepareHome(paths);
    prepareHome(paths);
    for (const path of [paths.home, paths.tokens, paths.logs, paths.pm2, paths.data, paths.run])
      expect(statSync(path).mode & 0o777).toBe(0o700);
  });
  test('too long for a socket is said before PM2 leaks a daemon on it', () => {
    expect(() => prepareHome(homePaths(join(directory, 'x'.repeat(120))))).toThrow(
      /too long for a socket.*Choose a shorter FLEET_HOME/,
    );
  });
  test('a file in the way is said', () => {
    writeFileSync(join(directory, 'file'), '');
    expect(() => prepareHome(homePaths(join(directory, 'file')))).toThrow(/file/);
  });
  test('open permissions are closed', () => {
    const paths = homePaths(join(directory, 'fleet'));
    prepareHome(paths);
    chmodSync(paths.tokens, 0o755);
    prepareHome(paths);
    expect(statSync(paths.tokens).mode & 0o777).toBe(0o700);
  });
});

describe('locks', () => {
  test('one holder at a time, also inside one process', () => {
    const path = join(directory, 'x.lock');
    const lock = tryLock(path);
    expect(lock).not.toBeNull();
    expect(tryLock(path)).toBeNull();
    expect(isLocked(path)).toBe(true);
    lock?.release();
    lock?.release();
    expect(isLocked(path)).toBe(false);
  });
  test('SIGKILL of the holder frees it', async () => {
    const path = join(directory, 'x.lock');
    const script = join(directory, 'hold.mjs');
    writeFileSync(
      script,
      `import { tryLock } from ${JSON.stringify(join(import.meta.dirname, '../../src/home/lock.ts'))}; if (tryLock(${JSON.stringify(path)})) process.send('held'); setInterval(() => {}, 1000);`,
    );
    const child = fork(script, { execArgv: [] });
    await new Promise((resolve) => child.once('message', resolve));
    expect(tryLock(path)).toBeNull();
    expect(await waitForLock(path, 100)).toBeNull();
    child.kill('SIGKILL');
    const lock = await until(() => tryLock(path), { what: 'the lock of a killed process' });
    lock.release();
    expect(child.killed).toBe(true);
  });
  test('a place that cannot be written says so', () => {
    expect(() => tryLock(join(directory, 'no', 'such', 'x.lock'))).toThrow(/cannot lock/);
  });
});
