import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import './built-program.ts';
import { runProgram } from './command-line.ts';
import { type CommandThreads, needsProcess, openCommandThreads } from './command-threads.ts';
import { withCompiledCode } from './compiled-code.ts';

// What end-to-end tests run in threads says the same as in a process of its own, to the letter, and ends with the same code.

let cwd: string;
let env: Record<string, string>;
let threads: CommandThreads;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'zf-threads-'));
  env = { PATH: process.env['PATH'] ?? '', HOME: cwd, LANG: 'C.UTF-8', TZ: 'UTC', PORT: '0', ...withCompiledCode };
  threads = openCommandThreads(cwd, env);
});
afterAll(async () => {
  await threads.close();
  rmSync(cwd, { recursive: true, force: true });
});

test.each([
  ['what is printed', ['--help'], {}],
  ['a wrong word', ['frobnicate'], {}],
  ['the language of its own environment', ['config'], { FLEET_LANG: 'pt-BR' }],
  ['a home that is not there, below where it stands', ['--home', 'nowhere', 'ls'], {}],
  ['a setting that is none', ['ls'], { PORT: 'abc' }],
])('%s', async (_what, args, more) => {
  const own = openCommandThreads(cwd, { ...env, ...more });
  const [inThread, inProcess] = await Promise.all([
    own.run(args, 60_000),
    runProgram(args, { cwd, env: { ...env, ...more } }),
  ]).finally(() => own.close());

  expect(inThread.stdout + inThread.stderr).not.toBe('');
  expect(inThread).toEqual(inProcess);
});

test('one that takes too long is ended', async () => {
  expect(await threads.run(['--help'], 1)).toMatchObject({ code: -1, stdout: '' });
  expect(await threads.run(['--version'], 60_000)).toMatchObject({ code: 0, stderr: '' });
});

test.each([
  [['mcp'], true],
  [['logs', '-f'], true],
  [['master', 'stop'], true],
  [['--daemon'], true],
  [[], true],
  [['token', 'set', '--token-stdin'], true],
  [['create', 'loja-1', '--start'], false],
  [['logs', 'loja-1'], false],
])('%j needs a process: %s', (args, needs) => expect(needsProcess(args)).toBe(needs));
