import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeListFile } from '../../src/home/home-paths.ts';
import { type BuiltFleet, builtFleet } from '../support/built-fleet.ts';
import { builtProgram } from '../support/command-line.ts';
import { until } from '../support/until.ts';

/** Two machines of one person: the built program, two real masters, and one dashboard over both. */

const token = 'a-token-of-the-other-machine-0123456789';
let here: BuiltFleet;
let there: BuiltFleet;
let url = '';
beforeAll(async () => {
  here = builtFleet();
  there = builtFleet({ FLEET_API_TOKEN: token });
  for (const [fleet, name] of [
    [here, 'advocacia-lima'],
    [here, 'loja-centro'],
    [there, 'loja-centro'],
    [there, 'moda-ana'],
  ] as const)
    await fleet.json('create', name, '--engine', 'simulated', '--ai', 'echo');
  url = await there.sees(({ fleet }) => fleet.apiUrl, { what: 'the API of the other machine' });
});
afterAll(async () => {
  await here.end();
  await there.end();
});

interface Listed {
  readonly name: string;
  readonly node: string | null;
  readonly desiredState: string;
}
const list = async (): Promise<readonly string[]> => (await here.json<Listed[]>('ls')).map(({ name }) => name);

/** `node add` with the token on standard input. */
const add = (name: string, given: string): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((done) => {
    const child = execFile(
      process.execPath,
      [builtProgram, 'node', 'add', name, url, '--token', '-'],
      { env: { PATH: process.env['PATH'] ?? '', HOME: here.home, FLEET_HOME: here.home, LANG: 'C.UTF-8' } },
      (error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
    child.stdin?.end(`${given}\n`);
  });

test('one machine alone names no node', async () => {
  expect(await here.json<Listed[]>('ls')).toMatchObject([{ node: null }, { node: null }]);
  expect((await here.run('ls')).stdout).not.toContain('NODE');
});

test('a node is added only when its door opens, and one of each', async () => {
  const wrong = await add('vps-2', 'not-the-token-0123456789');
  expect(wrong).toMatchObject({ code: 1, stdout: '' });
  expect(wrong.stderr).toBe(
    `zap-fleet: ${url} does not take this token. Its own is printed there by: zap-fleet token\n`,
  );

  expect(await add('vps-2', token)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('vps-2 added: 2 sessions'),
  });
  expect(statSync(nodeListFile(here.paths)).mode & 0o777).toBe(0o600);
  expect(await add('vps-2', token)).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('there is a node vps-2 already'),
  });
  expect(await add('vps-3', token)).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('is the node vps-2 already'),
  });

  const nodes = await here.run('node', 'ls', '--json');
  expect(JSON.parse(nodes.stdout)).toMatchObject({ nodes: [{ name: 'vps-2', state: 'open', sessions: 2 }] });
  expect(nodes.stdout).not.toContain(token);
});

test('ls and every command see both, and what is on two is told apart', async () => {
  expect((await list()).filter((name) => !name.startsWith('loja'))).toEqual(['advocacia-lima', 'moda-ana']);
  expect((await list()).filter((name) => name.startsWith('loja'))).toHaveLength(2);
  expect((await here.run('ls')).stdout).toMatch(/NODE[\s\S]*moda-ana .* vps-2/);

  const both = await here.run('start', 'loja-centro');
  expect(both.code).toBe(2);
  expect(both.stderr).toMatch(
    /^zap-fleet: loja-centro: loja-centro is on several nodes: say loja-centro@.* or loja-centro@vps-2\n$/,
  );
  expect((await here.run('start', 'moda-ana', 'loja-centro@vps-2')).code).toBe(0);
  await there.becomes('loja-centro', 'connected');
  expect((await here.run('--node', 'vps-2', 'ls')).stdout).not.toContain('advocacia-lima');
  expect(await here.run('--node', 'vps-2', 'doctor')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('works on the machine that it is run on'),
  });

  // All are those of this machine: nobody stops another one by the way.
  expect((await here.run('stop', '--all')).code).toBe(0);
  expect((await there.json<Listed[]>('ls')).map(({ desiredState }) => desiredState)).toEqual(['running', 'running']);
});

test('the dashboard shows both, and greys what does not answer until it is back', async () => {
  const terminal = here.open({ columns: 120, rows: 40 });
  await terminal.see('moda-ana', 30_000);
  await terminal.see(/vps-2 ●|vps-2 ▲/);

  expect((await there.run('master', 'stop', '--keep-sessions')).code).toBe(0);
  await terminal.see(/vps-2 ✕/);
  await terminal.see(/moda-ana .*no news/);
  await terminal.see('vps-2 does not answer');
  const asked = await here.run('restart', 'moda-ana');
  expect(asked.code).not.toBe(0);
  expect(asked.stderr).toContain('nothing of vps-2 is shown');

  // On the same port, as a server that was restarted.
  await new Promise<void>((done) => {
    execFile(
      process.execPath,
      [builtProgram, 'start', 'moda-ana'],
      {
        cwd: there.home,
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: there.home,
          FLEET_HOME: there.home,
          FLEET_API_TOKEN: token,
          PORT: new URL(url).port,
          TZ: 'UTC',
          LANG: 'C.UTF-8',
        },
      },
      () => done(),
    );
  });
  await terminal.gone('does not answer', 60_000);
  await terminal.see(/vps-2 ●|vps-2 ▲/);
  terminal.type('q');
});

test('the token is in one file, and in no argument, log or screen', async () => {
  const held = readdirSync(here.home, { recursive: true, encoding: 'utf8' }).filter((path) => {
    try {
      return readFileSync(join(here.home, path), 'utf8').includes(token);
    } catch {
      // A socket.
      return false;
    }
  });
  expect(held).toEqual(['data/nodes.json']);
  const arguments_ = readdirSync('/proc').flatMap((entry) => {
    try {
      return /^\d+$/.test(entry) ? [readFileSync(`/proc/${entry}/cmdline`, 'utf8')] : [];
    } catch {
      return [];
    }
  });
  expect(arguments_.filter((text) => text.includes(token))).toEqual([]);
  expect((await here.run('node', 'remove', 'vps-2')).code).toBe(0);
  await until(async () => (await list()).length === 2, { what: 'this machine alone' });
});
