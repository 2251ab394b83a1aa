import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eraseLines } from '../../src/log/erase-lines.ts';
import { readLog } from '../../src/log/log-reader.ts';
import { createLogger } from '../../src/log/logger.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'zf-erase-'));
  file = join(directory, 'loja.log');
});
afterEach(() => rmSync(directory, { recursive: true }));

const logger = () =>
  createLogger({
    file,
    level: 'info',
    maxBytes: 1e6,
    keep: 2,
    fullNumbers: false,
    secrets: [],
    salt: new Uint8Array(32),
  });

it('takes lines out in place: size, other lines and an open writer stay as they are', async () => {
  const log = logger();
  log.info('um', { quem: 'ana' });
  log.info('dois', { quem: 'bia' });
  log.info('ção três 🎉', { quem: 'ana' });
  const { size } = statSync(file);
  expect(await eraseLines(file, (line) => line.includes('"ana"'))).toBe(2);
  expect(statSync(file).size).toBe(size);
  log.info('quatro');
  log.close();
  const lines = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map((line) => line.text)).toEqual(['(erased)', 'dois', '(erased)', 'quatro']);
});

it('a reader that follows misses no later line', async () => {
  const log = logger();
  log.info('a-first');
  const page = await readLog({ file, lines: 10 });
  log.info('about ana');
  log.info('the last');
  await eraseLines(file, (line) => line.includes('ana'));
  const next = await readLog({ file, cursor: page.cursor });
  log.close();
  expect(next.lines.map((line) => JSON.parse(line).text)).toEqual(['(erased)', 'the last']);
});

it('finds lines that lie across the pieces it reads, and a last one without an end', async () => {
  const long = 'x'.repeat(700_000);
  writeFileSync(file, `${long}ana\n${long}\nshort ana\n${long}ana`);
  expect(await eraseLines(file, (line) => line.includes('ana'))).toBe(3);
  const text = readFileSync(file, 'utf8');
  expect(text).not.toContain('ana');
  expect(text.split('\n').map((line) => line.length)).toEqual([700_003, 700_000, 9, 700_003]);
});

it('is content with a log that is not there', async () => {
  expect(await eraseLines(join(directory, 'none.log'), () => true)).toBe(0);
});
