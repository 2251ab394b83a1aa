import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import process from 'node:process';
import { expect, test } from 'vitest';
import { pm2PartsScript } from '../../src/orchestrator/process/entry-scripts.ts';

/** What a Node says that was given our parts first, as PM2's daemon and its client are. */
const saidBy = (script: string, of = 'pm2'): unknown =>
  JSON.parse(
    execFileSync(
      process.execPath,
      ['--require', pm2PartsScript(), '-e', script, createRequire(import.meta.url).resolve(of)],
      {
        env: { PATH: process.env['PATH'], PM2_HOME: '/tmp/zf-parts-nothing', SILENT: 'true' },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: 20_000,
      },
    ),
  );

const setUp = `
  const { createRequire } = require('node:module');
  const pm2 = createRequire(process.argv[1]);
  const has = (name) => Object.keys(require.cache).some((file) => file.includes(name));
  // PM2's daemon keeps itself alive by its timers.
  const say = (value) => process.stdout.write(JSON.stringify(value), () => process.exit(0));
`;

test('PM2’s daemon starts without what watches files, compares versions and looks for new ones', () => {
  expect(
    saidBy(
      `${setUp} pm2('./lib/Daemon.js'); say(['/lib/God.js', '/chokidar/', '/semver/', '/pm2-version-check/'].map(has));`,
    ),
  ).toEqual([true, false, false, false]);
});

test('its client starts without the tables of a terminal', () => {
  expect(saidBy(`${setUp} pm2('./lib/API.js'); say(['/lib/Client.js', '/API/UX/', '/commander/'].map(has));`)).toEqual([
    true,
    false,
    false,
  ]);
});

test('what waits is the module itself as soon as it is used, and only for PM2', () => {
  expect(
    saidBy(`${setUp}
      const chokidar = createRequire(pm2.resolve('./lib/Watcher.js'))('chokidar');
      const before = has('/chokidar/');
      const isItself = chokidar.watch === pm2('chokidar').watch;
      const check = createRequire(pm2.resolve('./lib/Worker.js'))('./VersionCheck.js');
      say([before, isItself, Object.keys(chokidar).includes('watch'), typeof check, check.length]);
    `),
  ).toEqual([false, true, true, 'function', 1]);
});

test('in the daemon it is there a little later, whatever becomes of the files', () => {
  const script = `${setUp}
    pm2('./Watcher.js');
    const began = process.uptime();
    const before = has('/chokidar/');
    const look = setInterval(() => {
      if (!has('/chokidar/') && process.uptime() - began < 15) return;
      clearInterval(look);
      say([before, has('/chokidar/')]);
    }, 50);`;
  expect(saidBy(script, 'pm2/lib/Daemon.js')).toEqual([false, true]);
  // Of a client nothing waits for long: it is not asked for what waits, and its few do not fill its memory.
  expect(saidBy(script.replace('./Watcher.js', './lib/Watcher.js').replace('< 15', '< 3'))).toEqual([false, false]);
});
