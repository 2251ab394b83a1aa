import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLog } from '../../src/log/log-reader.ts';
import { logSalt } from '../../src/log/log-salt.ts';
import { createLogger, type LoggerOptions } from '../../src/log/logger.ts';
import { parseLogLine } from '../../src/session/log-line.ts';
import { until } from '../support/until.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'zf-log-'));
  file = join(directory, 'padaria-joao.log');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const logger = (more: Partial<LoggerOptions> = {}) =>
  createLogger({ file, level: 'info', maxBytes: 1_000_000, keep: 3, fullNumbers: false, secrets: [], ...more });
const texts = (lines: readonly string[]): string[] => lines.map((line) => parseLogLine(line)?.text ?? `?${line}`);

describe('createLogger', () => {
  it('writes JSON lines with time, level, text and fields', () => {
    const log = logger({ now: () => 1_795_358_467_123, secrets: ['s3cret-value'] });
    log.info('connected', { session: 'padaria-joao', at: 'x', error: new Error('no', { cause: 's3cret-value' }) });
    log.debug('not at this level');
    log.setLevel('debug');
    log.debug('now');
    log.close();
    const [first, second] = readFileSync(file, 'utf8').trim().split('\n');
    expect(JSON.parse(first ?? '')).toEqual({
      at: new Date(1_795_358_467_123).toISOString(),
      level: 'info',
      text: 'connected',
      session: 'padaria-joao',
      at_: 'x',
      error: ['Error: no', '[secret]'],
    });
    expect(parseLogLine(second ?? '')?.text).toBe('now');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('rotates by size and keeps a number of files', () => {
    const log = logger({ maxBytes: 1000, keep: 2 });
    for (let n = 0; n < 100; n += 1) log.info(`line ${n}`);
    log.close();
    expect(readdirSync(directory).sort()).toEqual(['padaria-joao.log', 'padaria-joao.log.1', 'padaria-joao.log.2']);
    for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).size).toBeLessThanOrEqual(1000);
  });

  it('ends the half line of a killed process before its own', () => {
    writeFileSync(file, '{"at":"2026-11-22T14:41:07.123Z","level":"info","te');
    const log = logger();
    log.info('after');
    log.close();
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    expect(lines.map((line) => parseLogLine(line)?.text ?? null)).toEqual([null, 'after']);
  });

  it('keeps lines while the disk refuses them and writes them later', async () => {
    const problems: string[] = [];
    const log = logger({ maxBytes: 300, keep: 1, onProblem: (problem) => problems.push(problem) });
    // A directory stands where the rotated file should go: rotating fails as on a broken disk.
    mkdirSync(`${file}.1`);
    for (let n = 0; n < 10; n += 1) log.info(`line ${n}`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/cannot write .* kept in memory/);
    rmdirSync(`${file}.1`);
    const { cursor } = await readLog({ file, lines: 0 });
    const before = (await readLog({ file })).lines;
    log.info('after');
    log.close();
    const all = [...before, ...(await readLog({ file, cursor })).lines];
    // Two lines fit one file and one rotated file is kept: the newest are there.
    expect(texts(all).slice(-4)).toEqual(['line 7', 'line 8', 'line 9', 'after']);
  });
});

describe('logSalt', () => {
  it('is made once, private, and stays', () => {
    const path = join(directory, 'log-salt');
    const salt = logSalt(path);
    expect(salt).toHaveLength(32);
    expect(logSalt(path)).toEqual(salt);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(['log-salt']);
  });
});

describe('readLog', () => {
  it('gives the last lines, across files', async () => {
    const log = logger({ maxBytes: 1000, keep: 5 });
    for (let n = 0; n < 40; n += 1) log.info(`line ${n}`);
    log.close();
    const { lines } = await readLog({ file, lines: 30 });
    expect(texts(lines)).toEqual(Array.from({ length: 30 }, (_, n) => `line ${n + 10}`));
    expect((await readLog({ file, lines: 0 })).lines).toEqual([]);
  });

  it('is empty before there is a log, and then begins with its first line', async () => {
    const { lines, cursor } = await readLog({ file });
    expect(lines).toEqual([]);
    const log = logger();
    log.info('first');
    log.close();
    expect(texts((await readLog({ file, cursor })).lines)).toEqual(['first']);
  });

  it('hands out no half line', async () => {
    writeFileSync(file, '{"a":1}\n{"b":');
    const first = await readLog({ file });
    expect(first.lines).toEqual(['{"a":1}']);
    appendFileSync(file, '2}\n');
    expect((await readLog({ file, cursor: first.cursor })).lines).toEqual(['{"b":2}']);
  });

  it('refuses a cursor that is not its own', async () => {
    await expect(readLog({ file, cursor: '../../etc/passwd' })).rejects.toMatchObject({ code: 'usage' });
  });

  it('says that lines are missing when rotation overtook the reader', async () => {
    const log = logger({ maxBytes: 500, keep: 1 });
    log.info('line 0');
    const { cursor } = await readLog({ file });
    for (let n = 1; n < 100; n += 1) log.info(`line ${n}`);
    log.close();
    const read = await readLog({ file, cursor });
    expect(read.gap).toBe(true);
    expect(texts(read.lines).at(-1)).toBe('line 99');
    expect((await readLog({ file, cursor: read.cursor })).gap).toBe(false);
  });

  it('keeps the order where the log is rotated twice while its parts are opened', async () => {
    const count = 600;
    let written = 0;
    /** Between any two steps of the reader: three lines, and a new file. */
    const writeOn = (): void => {
      if (written >= count) return;
      for (let number = 60; number >= 0; number -= 1) {
        const from = number === 0 ? file : `${file}.${number}`;
        if (existsSync(from)) renameSync(from, `${file}.${number + 1}`);
      }
      for (let line = 0; line < 3; line += 1, written += 1) appendFileSync(file, `{"msg":"line ${written}"}\n`);
      setImmediate(writeOn);
    };
    writeFileSync(file, '{"msg":"begin"}\n');
    let { cursor } = await readLog({ file, lines: 10 });
    setImmediate(writeOn);

    const seen: string[] = [];
    await until(
      async () => {
        const read = await readLog({ file, lines: 700, cursor });
        cursor = read.cursor;
        seen.push(...read.lines);
        return written >= count && read.lines.length === 0;
      },
      { every: 1, what: 'all lines' },
    );

    const numbers = seen.map((line) => Number(/\d+/.exec(line)?.[0]));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('follows a writer in another process through rotations without losing or repeating a line', async () => {
    const count = 20_000;
    const source = `
      import { createLogger } from ${JSON.stringify(join(import.meta.dirname, '../../src/log/logger.ts'))};
      const log = createLogger({ file: ${JSON.stringify(file)}, level: 'info', maxBytes: 100000, keep: 60, fullNumbers: false, secrets: [] });
      for (let n = 0; n < ${count}; n += 1) log.info('line ' + n, { pad: 'x'.repeat(n % 150) });
      log.close();`;
    const writer = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: 'inherit' });
    const ended = once(writer, 'exit');
    const seen: string[] = [];
    let cursor: string | undefined;
    await until(
      async () => {
        const read = await readLog({ file, lines: cursor === undefined ? 5000 : 700, cursor });
        cursor = read.cursor;
        expect(read.gap).toBe(false);
        seen.push(...texts(read.lines));
        return seen.length >= count;
      },
      { within: 60_000, every: 1, what: 'all lines' },
    );
    expect(await ended).toEqual([0, null]);
    expect(seen).toEqual(Array.from({ length: count }, (_, n) => `line ${n}`));
    expect(readdirSync(directory).length).toBeGreaterThan(10);
  });
});
