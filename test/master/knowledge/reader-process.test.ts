import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readInProcess } from '../../../src/master/knowledge/reader-process.ts';
import '../../support/built-program.ts';
import { madeDocx, paragraph } from '../../support/made-docx.ts';
import { madePdf } from '../../support/made-pdf.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'zf-reader-'));
  // Whoever opens it to read waits for a writer, who never comes: a reader that hangs.
  path = join(directory, 'a.txt');
  execFileSync('mkfifo', [path]);
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
  expect(readers()).toEqual([]);
});

/** Readers of this process that still run. */
const readers = (): readonly string[] =>
  readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
      return parent === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('knowledge-reader');
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });

const file = () => ({ path, name: 'a.txt', kind: 'txt' as const });

test('a reader that hangs is ended at its deadline, one that takes too much memory at its bound, and with the master', async () => {
  await expect(readInProcess(file(), { withinMs: 300 })).rejects.toMatchObject({
    code: 'timeout',
    message: expect.stringContaining('a.txt takes longer than 0.3 s to read'),
  });
  expect(readers()).toEqual([]);

  // Node alone takes more.
  await expect(readInProcess(file(), { memoryMb: 5 })).rejects.toMatchObject({
    code: 'usage',
    message: 'a.txt takes more than 5 MB of memory to read. Part it.',
  });
  expect(readers()).toEqual([]);

  const ending = new AbortController();
  const reading = readInProcess(file(), { signal: ending.signal });
  ending.abort();
  await expect(reading).rejects.toMatchObject({ code: 'unavailable' });
});

test('what is read in time comes as it is, of every kind, by the program as it is built', async () => {
  rmSync(path);
  writeFileSync(path, 'Abrimos às 8h.\n\nFechamos às 18h.');
  const expected = {
    docx: madeDocx(paragraph('Torta de limão R$ 60')),
    pdf: madePdf(['Bolo R$ 45']),
    csv: Buffer.from('a;b\nc;1,50'),
  };
  for (const [kind, bytes] of Object.entries(expected)) {
    const other = join(directory, `b.${kind}`);
    writeFileSync(other, bytes);
    const { passages } = await readInProcess({ path: other, name: `b.${kind}`, kind: kind as 'csv' });
    expect(passages, kind).toHaveLength(1);
  }
  expect(await readInProcess(file())).toMatchObject({
    characters: expect.any(Number),
    passages: [{ place: { line: 1 } }],
  });
});
