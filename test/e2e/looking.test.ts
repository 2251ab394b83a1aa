import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { homePaths, prepareHome, profileDir } from '../../src/home/home-paths.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import { writeSimulatedConfig } from '../../workers/whatsapp/simulated/simulated-config.ts';
import { addSession, chatOf } from '../store/support.ts';
import { builtFleet } from '../support/built-fleet.ts';
import { builtProgram, type Ended, filesUnder, runProgram } from '../support/command-line.ts';
import { openNewStore } from '../support/empty-database.ts';
import { processesOf } from '../support/leftovers.ts';
import { until } from '../support/until.ts';

/** Looking at a stopped fleet starts no process and makes no file, says that the fleet is stopped, and never shows it as answering. */

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'zf-look-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const run = (home: string, ...args: string[]): Promise<Ended> =>
  runProgram(args, { cwd: root, env: { HOME: root, FLEET_HOME: home } });
const logLine = (text: string): string =>
  `${JSON.stringify({ at: '2026-11-22T15:00:00.000Z', level: 'info', text })}\n`;

/** A fleet whose master was killed while everything was well, but for one session that had been given up before. */
const makeFleet = (name: string): string => {
  const home = join(root, name);
  const paths = homePaths(home);
  prepareHome(paths);
  const store = openNewStore(paths.database);
  const now = Date.now() - 3_600_000;
  const padaria = addSession(store, 'padaria-joao', now);
  store.sessions.change(padaria.id, { desiredState: 'running' }, now);
  store.sessions.setState(padaria.id, { state: 'connected', since: now, reasonCode: null, reason: null });
  store.sessions.addInstructions(padaria.id, 'Você atende a Padaria.', 'you', now);
  chatOf(store, padaria, '5511987654321', now);
  const otica = addSession(store, 'otica', now);
  const reason = '5 crashes in 10m: the browser died';
  store.sessions.setState(otica.id, { state: 'failed', since: now, reasonCode: 'gave-up', reason });
  for (const text of ['its browser ended with SIGSEGV', 'failed: 5 crashes in 10m: the browser died'])
    store.events.add({
      at: now,
      level: 'error',
      session: { id: otica.id, name: 'otica' },
      kind: 'session-failed',
      text,
      actor: 'master',
    });
  store.close();
  writeFileSync(join(paths.logs, 'master.log'), logLine('master runs'));
  writeFileSync(join(paths.logs, 'padaria-joao.log'), logLine('worker starts'));
  return home;
};

describe('a stopped fleet', () => {
  let home = '';
  let before: Readonly<Record<string, string>> = {};
  beforeAll(() => {
    home = makeFleet('stopped');
    before = filesUnder(home);
  });
  const stays = (): void => {
    expect(filesUnder(home)).toEqual(before);
    expect(processesOf(home)).toEqual([]);
  };

  test.each([
    ['ls', 0, /padaria-joao +stopped .*runs again with the fleet/],
    ['ls --json', 0, /"state": "stopped"/],
    ['logs', 0, /master runs/],
    ['logs padaria-joao --json', 0, /worker starts/],
    ['logs otica', 0, /^$/],
    ['events', 0, /otica +session-failed/],
    ['chats padaria-joao', 0, /5511987654321@c\.us +Ana/],
    ['drafts', 0, /No drafts wait/],
    ['config padaria-joao get ai_config.provider', 0, /ai_config\.provider = echo/],
    ['prompt padaria-joao', 0, /Você atende a Padaria/],
    ['why padaria-joao', 0, /padaria-joao: stopped since .*runs again with the fleet/],
    ['why padaria-joao 5511987654321@c.us', 0, /has not answered/],
    ['why padaria-joao 11987654321 --json', 0, /\[\]/],
    ['qr padaria-joao', 4, /^$/],
    ['store status --json', 0, /"configured": false/],
    ['upgrade --dry-run', 0, /No master runs; the next start/],
    ['logs --level debug', 4, /^$/],
  ] as const)('%s', async (line, code, words) => {
    const { stdout, stderr, code: ended } = await run(home, ...line.split(' '));
    expect([line, ended]).toEqual([line, code]);
    expect(stdout).toMatch(words);
    expect(stderr).toMatch(/^zap-fleet: the fleet is stopped\n/);
    stays();
  });

  test('a session that was given up says why, what went before, and what helps', async () => {
    const { stdout } = await run(home, 'why', 'otica');
    expect(stdout).toMatch(/^otica: GAVE UP since .*: 5 crashes in 10m: the browser died\n/);
    expect(stdout).toContain('its browser ended with SIGSEGV');
    expect(stdout).toContain('zap-fleet start otica');
    expect((await run(home, 'ls')).stdout).toMatch(/x {2}otica +GAVE UP/);
    stays();
  });

  test.each([
    ['why padria-joao', 3, /no session "padria-joao"\. Did you mean padaria-joao\?/],
    ['logs padaria', 3, /no session "padaria"\. Did you mean padaria-joao\?/],
    ['events otcia', 3, /Did you mean otica\?/],
    ['chats floricultura', 3, /no session "floricultura"\. See: zap-fleet ls/],
    ['config padaria-jao get label', 3, /Did you mean padaria-joao\?/],
    ['prompt oticas', 3, /Did you mean otica\?/],
    ['qr padaria-jaoo', 3, /Did you mean padaria-joao\?/],
    ['logs nobody-here -f', 3, /no session "nobody-here"/],
    ['why padaria-joao 5521900000000', 2, /padaria-joao has no chat with "5521900000000"\. See: zap-fleet chats/],
    ['why padaria-joao 98765-4321', 2, /no area code/],
    ['why padaria-joao maria', 2, /neither a phone number nor a chat id/],
    ['why padaria-joao 120363@g.us', 2, /has no chat with/],
    ['events 5511987654321', 2, /digits alone/],
  ] as const)('%s: refused, and what was probably meant', async (line, code, words) => {
    const { stdout, stderr, code: ended } = await run(home, ...line.split(' '));
    expect([line, ended, stdout]).toEqual([line, code, '']);
    expect(stderr).toMatch(words);
    stays();
  });

  test('how Supabase stands: nothing is sent, and what waits is counted', async () => {
    const replicated = {
      HOME: root,
      FLEET_HOME: home,
      SUPABASE_URL: 'http://127.0.0.1:9',
      SUPABASE_SERVICE_ROLE_KEY: 'k',
    };
    const { code, stdout, stderr } = await runProgram(['store', 'status'], { cwd: root, env: replicated });
    expect([code, stderr]).toEqual([1, 'zap-fleet: the fleet is stopped\n']);
    expect(stdout).toMatch(
      /^Supabase is set up, and nothing is sent while the fleet is stopped; \d+ writes wait, none lost\.\n$/,
    );
    stays();
  });

  test('what a session does when it runs is said without starting it', async () => {
    const other = makeFleet('told');
    const get = async (key: string): Promise<string> =>
      (await run(other, 'config', 'padaria-joao', 'get', key)).stdout.trim();
    for (const [line, key, value] of [
      ['watch padaria-joao', 'replies', 'draft'],
      ['pause padaria-joao', 'replies', 'paused'],
      ['resume padaria-joao --json', 'replies', 'on'],
      ['config padaria-joao set timing_config.quietMs 21000', 'timing_config.quietMs', '21 s'],
      ['config padaria-joao set ai_key sk-own', 'ai_key', '(set)'],
      ['prompt padaria-joao Curto.', 'label', 'not set'],
      ['stop padaria-joao', 'label', 'not set'],
    ] as const) {
      const { code, stderr } = await run(other, ...line.split(' '));
      expect([line, code, stderr]).toEqual([line, 0, 'zap-fleet: the fleet is stopped; this counts when it runs\n']);
      expect(await get(key)).toBe(`${key} = ${value}`.trim());
    }
    expect(await run(other, 'prompt', 'padaria-joao')).toMatchObject({ stdout: 'Curto.\n' });
    const rows = JSON.parse((await run(other, 'ls', '--json')).stdout) as { name: string; desiredState: string }[];
    expect(rows.find((row) => row.name === 'padaria-joao')?.desiredState).toBe('stopped');
    const { stdout } = await run(other, 'events', 'padaria-joao');
    for (const words of ['watch mode', 'timing_config.quietMs was changed', 'instructions are version 2 now', 'stop'])
      expect(stdout).toContain(words);
    expect(stdout).not.toContain('sk-own');

    expect((await run(other, 'config', 'padaria-joao', 'set', 'timing_config.quietMs', 'muito')).code).toBe(2);
    expect((await run(other, 'watch', 'padria-joao')).code).toBe(3);
    expect(processesOf(other)).toEqual([]);
    const left = Object.keys(filesUnder(other)).filter((path) => !(path in before));
    expect(left).toEqual(['data/master.lock', 'data/session-keys.json']);
  });

  test('completion names its sessions', async () => {
    expect(await run(home, '__names')).toEqual({ code: 0, stdout: 'otica\npadaria-joao\n', stderr: '' });
    stays();
  });

  test('logs -f follows the file, until ctrl+c', async () => {
    const other = makeFleet('followed');
    const child = spawn(process.execPath, [builtProgram, 'logs', 'padaria-joao', '-f', '--json'], {
      cwd: root,
      env: { PATH: process.env['PATH'] ?? '', HOME: root, FLEET_HOME: other },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    await until(() => printed.includes('worker starts'), { within: 20_000, what: 'the first line' });
    const log = join(homePaths(other).logs, 'padaria-joao.log');
    appendFileSync(log, logLine('somebody went on'));
    await until(() => printed.includes('somebody went on'), { what: 'the line that came' });
    const named = Object.keys(filesUnder(other));
    const code = new Promise((done) => child.once('exit', done));
    child.kill('SIGINT');
    expect(await code).toBe(0);
    expect(Object.keys(filesUnder(other))).toEqual(named);
    expect(named).toEqual(Object.keys(before));
  });
});

describe('what is no sound fleet', () => {
  const looks = ['ls --json', 'why padaria-joao', 'qr padaria-joao'];
  const homes: [string, (home: string) => void, number, RegExp][] = [
    [
      'a database that is none',
      (home) => writeFileSync(join(home, 'data/fleet.db'), 'x'.repeat(9000)),
      1,
      /cannot open/,
    ],
    ['a database that is cut', (home) => truncateSync(join(home, 'data/fleet.db'), 8192), 1, /cannot (open|read) /],
    [
      'a directory instead of a database',
      (home) => {
        rmSync(join(home, 'data/fleet.db'));
        mkdirSync(join(home, 'data/fleet.db'));
        writeFileSync(join(home, 'data/fleet.db/x'), 'x');
      },
      1,
      /cannot open/,
    ],
  ];
  test.each(homes)('%s', async (what, spoil, code, words) => {
    const home = makeFleet(what.replaceAll(' ', '-'));
    spoil(home);
    const before = filesUnder(home);
    for (const line of looks) {
      const ended = await run(home, ...line.split(' '));
      expect([line, ended.code, ended.stdout]).toEqual([line, code, '']);
      expect(ended.stderr).toMatch(words);
      expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    }
    expect(filesUnder(home)).toEqual(before);
    expect(processesOf(home)).toEqual([]);
  });

  test('a home that is not there is refused where it was typed, and never made by a look', async () => {
    const home = join(root, 'not-there');
    for (const line of [...looks, 'logs', 'start padaria-joao', 'create nova', 'doctor']) {
      const ended = await run(join(root, 'elsewhere'), '--home', home, ...line.split(' '));
      expect([line, ended.code, ended.stdout]).toEqual([line, 2, '']);
      expect(ended.stderr).toBe(
        `zap-fleet: there is no ${home}. To make a fleet there: zap-fleet --home ${home} init\n`,
      );
    }
    // The usual home need not be there yet: it is an empty fleet.
    expect(await run(home, 'ls', '--json')).toMatchObject({ code: 0, stdout: '[]\n' });
    expect((await run(home, 'why', 'padaria-joao')).code).toBe(3);
    expect((await run(home, 'cleanup', '--dry-run')).code).toBe(0);
    expect([existsSync(home), existsSync(join(root, 'elsewhere'))]).toEqual([false, false]);
    expect(processesOf(root)).toEqual([]);
  });

  test('a home that is a file', async () => {
    const home = join(root, 'file');
    writeFileSync(home, 'x');
    expect((await run(home, 'ls')).code).toBe(0);
    expect((await run(home, 'events', 'loja-1')).code).toBe(3);
    expect(processesOf(home)).toEqual([]);
  });
});

test('only what must run starts the fleet, and says so; a look at bots without a master starts none', async () => {
  const fleet = builtFleet();
  try {
    // A phone that is linked already: nobody has to come and scan.
    writeSimulatedConfig(profileDir(fleet.paths, parseSessionName('loja-1')), { scenario: 'quiet' });
    const made = await fleet.run('create', 'loja-1', '--engine', 'simulated', '--start');
    expect(made.stderr).toBe('zap-fleet: the fleet is stopped; this starts it\n');
    expect((await fleet.run('ls')).stderr).toBe('');
    await fleet.becomes('loja-1', 'connected', 40_000);

    expect((await fleet.run('master', 'stop', '--keep-sessions')).code).toBe(0);
    await until(() => !existsSync(fleet.paths.socket), { what: 'the master to be gone' });
    const alone = await fleet.run('ls');
    expect(alone.stderr).toContain('no master runs; 1 bot goes on by itself');
    expect(alone.stdout).toMatch(/loja-1 +connected/);
    expect((await fleet.run('why', 'loja-1')).code).toBe(0);
    expect(existsSync(fleet.paths.socket)).toBe(false);

    expect((await fleet.run('start', 'loja-1')).stderr).toContain('this starts it');
    expect((await fleet.run('master', 'stop')).code).toBe(0);
    expect(await fleet.row('loja-1')).toMatchObject({ state: 'stopped', desiredState: 'running', pid: null });
    expect(processesOf(fleet.home)).toEqual([]);
  } finally {
    await fleet.end();
  }
});
