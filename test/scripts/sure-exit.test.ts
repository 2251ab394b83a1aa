import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { workerExits } from '../../src/protocol/worker-exit.ts';
import { built } from '../support/built-program.ts';
import { openTerminal } from '../support/terminal.ts';

/** A process whose end is made sure before it does anything. */
const sureExit = fileURLToPath(new URL('../../scripts/sure-exit.cjs', import.meta.url));
const made = `require(${JSON.stringify(sureExit)}).makeExitSure();`;
/** What the end is replaced by is said on descriptor 1 and then done. */
const told = `const { execve } = process;
  process.execve = (file, args, environment) => {
    require('node:fs').writeSync(1, JSON.stringify([file, args, environment]) + '\\n');
    execve.call(process, file, args, environment);
  };`;

const run = (script: string, flags: readonly string[] = [], env: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [...flags, '-e', script], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
    timeout: 20_000,
    maxBuffer: 10_000_000,
  });

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'zf-exit-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('an end that waits for none of V8’s threads', () => {
  test.for([
    ['asked for with a code', 'process.exit(3)', 3],
    ['asked for without one', 'process.exit()', 0],
    ['with the code that was set before', 'process.exitCode = 130; process.exit()', 130],
    ['with nothing more to do', 'setTimeout(() => { process.exitCode = 7; }, 5)', 7],
    ['at once, with nothing to do', '', 0],
    ['in a listener of the end', 'process.on("exit", () => process.exit(5)); process.exit(4)', 5],
    ['after an error that somebody caught', 'process.on("uncaughtException", () => process.exit(9)); throw 1', 9],
  ] as const)('%s', ([, script, code]) => {
    const { status, stdout, stderr } = run(`${made} ${told} ${script}`);

    expect(status).toBe(code);
    expect(stdout).toBe(`${JSON.stringify(['/bin/sh', ['sh', '-c', `exit ${code}`], {}])}\n`);
    expect(stderr).toBe('');
  });

  test('listeners of the end were told, and what was written is there to the last letter', () => {
    const { status, stdout } = run(
      `${made} process.on('exit', (code) => process.stdout.write('end ' + code));
       process.stdout.write('x'.repeat(3_000_000), () => process.exit(2))`,
    );
    expect(status).toBe(2);
    expect(stdout.slice(-8)).toBe('xxxend 2');
    expect(stdout.length).toBe(3_000_005);
  });

  test('what Node compiled is kept for the next start, as at any end', () => {
    const cache = join(directory, 'compiled');
    run(
      `${made} require('node:module').enableCompileCache(${JSON.stringify(cache)}); require('semver'); process.exit()`,
    );
    const files = readdirSync(cache, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(0);
  });

  test('what is measured is still written by Node', () => {
    const { status } = run(`${made} process.exit(6)`, ['--cpu-prof', `--cpu-prof-dir=${join(directory, 'profile')}`]);
    expect(status).toBe(6);
    expect(existsSync(join(directory, 'profile'))).toBe(true);
  });

  test('a thread’s end is its own', () => {
    const thread = `${made} process.exit(4)`;
    const { status, stdout } = run(
      `${made} new (require('node:worker_threads').Worker)(${JSON.stringify(thread)}, { eval: true })
         .on('exit', (code) => { process.stdout.write('thread ' + code); process.exitCode = 8; })`,
    );
    expect([status, stdout]).toEqual([8, 'thread 4']);
  });
});

describe('whoever shares our pipes and our terminal', () => {
  const shared = (line: string, script: string): string =>
    spawnSync('bash', ['-c', line, process.execPath, script], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
      timeout: 20_000,
    }).stderr;

  test('goes on with pipes that block, as they were', () => {
    const told = shared(
      '{ "$0" -e "$1"; cat /proc/self/fdinfo/0 /proc/self/fdinfo/1 >&2; } < <(echo) | cat > /dev/null',
      `${made} process.stdin.resume(); process.stdout.write('a'); setTimeout(() => process.exit(1), 20)`,
    );
    const flags = [...told.matchAll(/^flags:\s*([0-7]+)/gm)].map(([, octal = '']) => Number.parseInt(octal, 8));
    expect(flags.map((bits) => bits & 0o4000)).toEqual([0, 0]);
  });

  test('goes on with a terminal that shows what is typed', async () => {
    const script = `${made} process.stdin.setRawMode(true); setTimeout(() => process.exit(1), 20)`;
    const terminal = openTerminal({
      file: 'bash',
      args: ['-c', '"$0" -e "$1"; stty -a', process.execPath, script],
      columns: 80,
      rows: 24,
      cwd: directory,
      env: { PATH: process.env['PATH'] ?? '' },
    });
    const shown = await terminal.see(/\bechoke\b/);

    expect(shown).toMatch(/ icanon /);
    expect(shown).toMatch(/ echo /);
  });
});

test('every program of ours takes that way, and so does what is loaded before PM2', () => {
  const asked = join(directory, 'told.cjs');
  writeFileSync(asked, told);
  const ends = (args: readonly string[]): string =>
    spawnSync(process.execPath, ['--require', asked, ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: directory },
      timeout: 20_000,
    }).stdout;

  expect(ends([built('cli.js'), '--version'])).toContain('"exit 0"');
  expect(ends([built('session-worker.js')])).toContain(`"exit ${workerExits['wrong-start'].code}"`);
  expect(ends([built('master.js')])).toContain('"exit ');
  expect(ends(['--require', join(built('cli.js'), '../pm2-parts.cjs'), '-e', 'process.exit(3)'])).toContain('"exit 3"');
});
