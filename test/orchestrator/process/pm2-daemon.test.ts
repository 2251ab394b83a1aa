// A process of its own: PM2 wants a umask and an environment for good.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { homePaths } from '../../../src/home/home-paths.ts';
import { beginDaemon, prepareEnvironment } from '../../../src/orchestrator/process/pm2-daemon.ts';
import { connectProcessManager, daemonSockets } from '../../../src/orchestrator/process/process-manager.ts';
import { isListening } from '../../../src/orchestrator/process/reach-socket.ts';
import { daemonPid } from '../../../src/orchestrator/watch/daemon-watch.ts';
import { processesOf } from '../../support/leftovers.ts';
import { until } from '../../support/until.ts';

const home = mkdtempSync('/tmp/zf-daemon-');
const paths = homePaths(home);

afterEach(() => {
  const pid = daemonPid(paths);
  if (pid !== null) process.kill(pid, 'SIGKILL');
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

test('a daemon that was begun is PM2’s own, is ready when both its sockets are open, and does not keep us', async () => {
  prepareEnvironment(paths);
  await beginDaemon(paths).ready();
  expect(await Promise.all(daemonSockets(paths).map((path) => isListening(path)))).toEqual([true, true]);
  expect(daemonPid(paths)).toBeGreaterThan(0);
  expect(readFileSync(join(paths.pm2, 'pm2.log'), 'utf8')).toContain('New PM2 Daemon started');
});

test('one that ends before it is ready is said in one line, with its log', async () => {
  prepareEnvironment(paths);
  vi.stubEnv('NODE_OPTIONS', '--require=/nowhere/there.cjs');
  await expect(beginDaemon(paths).ready()).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringMatching(/^PM2's daemon could not be started: it ended with 1; see .*pm2\.log$/),
  });
});

test('one whose client cannot be loaded is ended again: nothing stays with nothing in it', async () => {
  const require = createRequire(import.meta.url);
  const pm2 = require.resolve('pm2');
  // As a package that is not whole.
  require.cache[pm2] = { exports: {} } as NodeJS.Module;
  onTestFinished(() => {
    delete require.cache[pm2];
  });
  await expect(connectProcessManager(paths, { mayStartDaemon: true, listeners: null })).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringMatching(/^PM2 cannot be loaded: .*Install again with: npm ci$/),
  });
  await until(() => processesOf(home).length === 0, { what: 'the daemon to be gone' });
});
