import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltFleet, builtFleet } from '../support/built-fleet.ts';
import { withCompiledCode } from '../support/compiled-code.ts';
import { processesOf } from '../support/leftovers.ts';
import { until } from '../support/until.ts';

/** Bad input gets one clear line that says what to do, a non-zero exit, and leaves nothing running. */

const cli = resolve(import.meta.dirname, '../../dist/cli.js');
let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'zf-bad-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const run = (args: readonly string[], env: Record<string, string> = {}): Promise<{ code: number; stderr: string }> =>
  new Promise((done) => {
    const environment = {
      PATH: process.env['PATH'] ?? '',
      HOME: root,
      LANG: 'C.UTF-8',
      PORT: '0',
      ...withCompiledCode,
      ...env,
    };
    execFile(
      process.execPath,
      [cli, ...args],
      { cwd: root, env: environment, timeout: 60_000 },
      (error, _stdout, stderr) => {
        done({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stderr });
      },
    );
  });
const oneLine = (text: string): boolean => text.trim() !== '' && text.trim().split('\n').length === 1;

describe('before anything runs', () => {
  test.each([
    ['a wrong setting', ['ls'], { PORT: 'abc' }, 2, /PORT must be a whole number.*Example: 3000/],
    ['a home too long for a socket', ['--home', `/tmp/${'x'.repeat(120)}`, 'init'], {}, 1, /too long for a socket/],
    [
      'a home that is not there',
      ['--home', '/tmp/no-fleet-here', 'ls'],
      {},
      2,
      /there is no \/tmp\/no-fleet-here.*init/,
    ],
    ['nor for the dashboard', ['--home', '/tmp/no-fleet-here'], {}, 2, /there is no \/tmp\/no-fleet-here/],
    ['nor for what must run', ['--home', '/tmp/no-fleet-here', 'start', 'loja-1'], {}, 2, /there is no \/tmp/],
    [
      'a home that cannot be made',
      ['--home', '/proc/zap-fleet', 'init'],
      {},
      1,
      /cannot make .*Choose another FLEET_HOME/,
    ],
    ['a bad name', ['create', '!!!'], {}, 2, /is not a session name/],
    ['a reserved name', ['create', 'all'], {}, 2, /reserved/],
    ['digits only', ['stop', '1'], {}, 2, /process number|2 to 48/],
    ['an unknown command', ['frobnicate', 'loja-1'], {}, 2, /there is no command "frobnicate"/],
    ['one word too many', ['ls', 'loja-1'], {}, 2, /^zap-fleet: too many arguments.* See: zap-fleet ls --help\n$/],
    [
      'a missing word',
      ['rehearse'],
      {},
      2,
      /^zap-fleet: missing required argument 'name'\. See: zap-fleet rehearse --help\n$/,
    ],
    [
      'a missing word, in Portuguese',
      ['--lang', 'pt-BR', 'draft'],
      {},
      2,
      /^zap-fleet: falta o argumento 'action'\. Veja: zap-fleet draft --help\n$/,
    ],
    [
      'an option that was meant otherwise',
      ['ls', '--jsn'],
      {},
      2,
      /^zap-fleet: unknown option '--jsn'\. Did you mean --json\? See: zap-fleet ls --help\n$/,
    ],
    [
      'an option without its value',
      ['--home'],
      {},
      2,
      /^zap-fleet: option .* argument missing\. See: zap-fleet --help\n$/,
    ],
    ['no names', ['start'], {}, 2, /say which sessions/],
    ['a wrong option', ['ls', '--wrong'], {}, 2, /unknown option/],
    ['a wrong language', ['--lang', 'fr', 'ls'], {}, 2, /--lang is en or pt-BR/],
    ['a chat that is none', ['send', 'loja-1', 'Maria', 'oi'], {}, 2, /neither a phone number nor a chat id/],
  ] as const)('%s', async (_what, args, env, code, words) => {
    const result = await run(args, env);
    expect(result.stderr).toMatch(words);
    expect(result.code).toBe(code);
  });

  test('a broken .env names its line', async () => {
    const directory = join(root, 'home-env');
    mkdirSync(join(directory, 'data'), { recursive: true });
    writeFileSync(join(directory, 'data', '.env'), 'PORT=3000\nthis is no setting\n');
    const result = await run(['--home', directory, 'ls']);
    expect(result).toMatchObject({ code: 2 });
    expect(result.stderr).toMatch(/line 2 is not NAME=value/);
    expect(oneLine(result.stderr)).toBe(true);
  });

  test.each([
    [
      'no database',
      (file: string) => writeFileSync(file, 'this is no database '.repeat(500)),
      /cannot open the database.*store repair/,
    ],
    [
      'a database newer than the program',
      (file: string) => {
        const database = new DatabaseSync(file);
        database.exec('PRAGMA user_version = 99; CREATE TABLE x (y)');
        database.close();
      },
      /newer zap-fleet/,
    ],
  ] as const)('%s: said in one line, and nothing is left running', async (what, plant, words) => {
    const directory = join(root, what.replaceAll(' ', '-'));
    mkdirSync(join(directory, 'data'), { recursive: true });
    plant(join(directory, 'data', 'fleet.db'));
    const result = await run(['--home', directory, 'ls']);
    expect(result.stderr).toMatch(words);
    expect(oneLine(result.stderr)).toBe(true);
    expect(result.code).toBe(1);
    await until(() => processesOf(directory).length === 0, {
      within: 15_000,
      what: `nothing running: ${processesOf(directory).join()}`,
    });
  });
});

describe('in a running fleet', () => {
  let fleet: BuiltFleet;
  let busy: Server;
  beforeAll(async () => {
    busy = createServer();
    await new Promise<void>((done) => busy.listen(0, '127.0.0.1', done));
    const address = busy.address();
    fleet = builtFleet({
      MAX_SESSIONS: '1',
      PORT: String(typeof address === 'object' ? address?.port : 0),
      BROWSER_PATH: '/nowhere/chromium',
    });
  });
  afterAll(async () => {
    await fleet.end();
    await new Promise((done) => busy.close(done));
  });

  test('a busy PORT is a banner, not a crash', async () => {
    expect((await fleet.run('ls')).code).toBe(0);
    const terminal = fleet.open({ columns: 120, rows: 32 });
    await terminal.see(/port/i, 30_000);
    terminal.kill('SIGTERM');
    expect(await terminal.exited).toBe(0);
  });

  test('a taken name and a session that is not there have their own exit codes', async () => {
    expect((await fleet.run('create', 'loja-1', '--engine', 'simulated', '--start')).code).toBe(0);
    const taken = await fleet.run('create', 'loja-1');
    expect(taken).toMatchObject({ code: 4 });
    expect(taken.stderr).toMatch(/exists already/);
    const missing = await fleet.run('stop', 'nobody-here');
    expect(missing).toMatchObject({ code: 3 });
    expect(oneLine(missing.stderr)).toBe(true);
  });

  test('beyond MAX_SESSIONS a session is queued, with the reason', async () => {
    await fleet.run('create', 'loja-2', '--engine', 'simulated', '--start');
    await fleet.becomes('loja-2', 'queued', 20_000);
    expect((await fleet.row('loja-2')).reason).toMatch(/MAX_SESSIONS is 1/);
  });

  test('a browser that is not there: a reason in words, tried again, never a stack trace', async () => {
    await fleet.run('delete', 'loja-1', '--yes');
    await fleet.run('delete', 'loja-2', '--yes');
    await fleet.run('create', 'real-1', '--start');
    await fleet.sees(
      ({ sessions }) => sessions.some((one) => one.name === 'real-1' && one.reason?.includes('BROWSER_PATH')),
      { what: 'the reason' },
    );
    const row = await fleet.row('real-1');
    expect(row.reason).toMatch(/BROWSER_PATH=\/nowhere\/chromium is not a program/);
    expect(row.reason).not.toMatch(/\bat \w+.*:\d+:\d+/);
    expect(row.desiredState).toBe('running');
  });
});
