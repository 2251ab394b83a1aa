import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { homePaths } from '../../src/home/home-paths.ts';
import { type Ended, runProgram } from '../support/command-line.ts';
import { processesOf } from '../support/leftovers.ts';
import { ownDirectory } from '../support/own-directory.ts';
import { until } from '../support/until.ts';

/** A directory that somebody else has prepared: whoever stands in it and types `zap-fleet` runs nothing of it and sends nothing there. */

let root = '';
let work = '';
/** Whatever the directory gets to run leaves a mark here. */
let mark = '';
beforeAll(() => {
  root = ownDirectory('zf-env-');
  chmodSync(root, 0o755);
  // The machine's own browser: without one, each look of the doctor unpacks npm's, which is six seconds of a core.
  mkdirSync(join(root, 'bin'));
  writeFileSync(join(root, 'bin', 'chromium-headless-shell'), '#!/bin/sh\necho "Chromium 1"\n', { mode: 0o755 });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => {
  work = join(root, 'work');
  mark = join(root, 'mark');
  mkdirSync(work);
  writeFileSync(join(work, 'evil.sh'), `#!/bin/sh\ntouch ${mark}\necho "Chrome 1"\n`, { mode: 0o755 });
  writeFileSync(join(work, 'evil.cjs'), `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '');\n`);
});
afterEach(() => {
  for (const path of [work, mark, join(root, 'config')]) rmSync(path, { recursive: true, force: true });
});

const put = (...lines: string[]): void => writeFileSync(join(work, '.env'), `${lines.join('\n')}\n`, { mode: 0o600 });
const run = (args: string, env: Record<string, string> = { FLEET_HOME: join(root, 'fleet') }): Promise<Ended> =>
  runProgram(args.split(' '), {
    cwd: work,
    env: {
      PATH: `${join(root, 'bin')}:${process.env['PATH'] ?? ''}`,
      HOME: root,
      XDG_CONFIG_HOME: join(root, 'config'),
      ...env,
    },
  });

test('a program is not run before the directory is confirmed, nor after its .env has changed', async () => {
  put(`BROWSER_PATH=${work}/evil.sh`, 'TZ=UTC');
  const refused = await run('doctor');
  expect(existsSync(mark)).toBe(false);
  expect(refused.stderr).toBe(
    `zap-fleet: BROWSER_PATH of ${work}/.env was not taken: what runs programs or sends data elsewhere counts only in a directory that you have confirmed. If it is yours: zap-fleet trust ${work}\n`,
  );
  expect(refused.stdout).toContain(`mend: if it is yours: zap-fleet trust ${work}`);

  const trusted = await run('trust');
  expect([trusted.code, trusted.stdout]).toEqual([0, expect.stringContaining(`BROWSER_PATH=${work}/evil.sh`)]);
  expect((await run('doctor')).stderr).toBe('');
  // Now it is obeyed: the mark shows that the test above could have failed.
  expect(existsSync(mark)).toBe(true);
  expect(JSON.parse((await run('trust --list --json')).stdout)).toEqual({
    trusted: [{ directory: work, counts: true }],
  });

  rmSync(mark);
  put(`BROWSER_PATH=${work}/evil.sh`, 'BROWSER_ARGS=[]', 'TZ=UTC');
  expect((await run('doctor')).stderr).toMatch(/BROWSER_PATH, BROWSER_ARGS of .* were not taken: the file has changed/);
  expect(existsSync(mark)).toBe(false);
  expect((await run('trust --list')).stdout).toContain(`${work}  (changed or gone since`);

  expect(JSON.parse((await run('trust . --json')).stdout)).toEqual({
    directory: work,
    names: ['BROWSER_PATH', 'BROWSER_ARGS'],
  });
  expect((await run('trust --revoke')).stdout).toBe(`${work} is not trusted any more.\n`);
  expect((await run('ls')).stderr).toContain('BROWSER_PATH');
  expect((await run(`trust ${root}`)).code).toBe(2);
});

test('FLEET_HOME of a directory that is not confirmed ends the command: no other fleet is touched or made', async () => {
  const evil = join(root, 'evil');
  put(`FLEET_HOME=${evil}`);
  for (const line of ['ls', 'create loja-1', '--daemon', 'start loja-1', 'init']) {
    const { code, stderr } = await run(line, {});
    expect([line, code]).toEqual([line, 4]);
    expect(stderr).toMatch(/^zap-fleet: FLEET_HOME of .* was not taken: .*: zap-fleet trust .*; or say --home DIR\n$/);
  }
  expect([existsSync(evil), existsSync(join(root, '.zap-fleet'))]).toEqual([false, false]);
  expect((await run('trust', {})).stdout).toContain(`FLEET_HOME=${evil}`);
  expect(await run('ls --json', {})).toMatchObject({ code: 0, stdout: '[]\n' });
  expect(existsSync(evil)).toBe(false);
});

test('a fleet that is started there gets keys, and no address, option or directory', async () => {
  const home = join(root, 'fleet');
  put(
    'OPENAI_KEY=sk-own-key-of-the-newcomer',
    'SUPABASE_URL=http://127.0.0.1:9/',
    'OPENAI_BASE_URL=http://127.0.0.1:9/v1',
    `NODE_OPTIONS=--require=${work}/evil.cjs`,
    `PM2_HOME=${work}/pm2`,
    'MAX_SESSIONS=7',
  );
  try {
    const made = await run('create loja-1 --engine simulated --start');
    expect(made.code).toBe(0);
    expect(made.stderr).toMatch(/^zap-fleet: OPENAI_BASE_URL, PM2_HOME of .* were not taken/);
    const config = JSON.parse(readFileSync(join(homePaths(home).run, 'master.json'), 'utf8')) as { raw: object };
    expect(config.raw).toMatchObject({ MAX_SESSIONS: '7', SUPABASE_URL: 'http://127.0.0.1:9/' });
    expect(config.raw).not.toHaveProperty('OPENAI_BASE_URL');
    expect(JSON.parse(readFileSync(homePaths(home).secretsFile, 'utf8'))).toMatchObject({
      OPENAI_KEY: 'sk-own-key-of-the-newcomer',
    });
    expect([existsSync(mark), existsSync(join(work, 'pm2'))]).toEqual([false, false]);

    // Another directory's address for what is stored by now is not taken.
    put('SUPABASE_URL=http://127.0.0.2:9/');
    expect((await run('ls')).stderr).toMatch(/^zap-fleet: SUPABASE_URL of .* was not taken/);
  } finally {
    await run('master stop');
    await until(() => processesOf(home).length === 0, { within: 20_000, what: 'no process of the fleet' });
    rmSync(home, { recursive: true, force: true });
  }
});

test('nothing is read where others can write', async () => {
  put('MAX_SESSIONS=nonsense', `BROWSER_PATH=${work}/evil.sh`);
  chmodSync(work, 0o777);
  const { code, stderr } = await run('ls');
  expect(code).toBe(0);
  expect(stderr.split('\n')[0]).toBe(
    `zap-fleet: ${work}/.env was not read: everybody can write to ${work}. If it is yours: chmod go-w ${work}`,
  );
  expect(await run('trust')).toMatchObject({ code: 4, stderr: expect.stringContaining('was not read') });
  execFileSync('chmod', ['go-w', work]);
  expect((await run('ls')).stderr).toMatch(/MAX_SESSIONS must be a whole number/);
});
