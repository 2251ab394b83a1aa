import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { whyNotRead } from '../../src/session/why-not-read.ts';
import { inPortuguese } from '../../src/words/portuguese/in-portuguese.ts';

const folder = mkdtempSync(join(tmpdir(), 'zf-why-'));
afterAll(() => rmSync(folder, { recursive: true }));

const whyOf = (path: string): string => {
  try {
    readFileSync(path);
    return 'read';
  } catch (error) {
    return whyNotRead(error);
  }
};

it.each([
  ['a file that is not there', join(folder, 'none'), 'it does not exist', 'ele não existe'],
  ['a path through a file', join(import.meta.filename, 'none'), 'it does not exist', 'ele não existe'],
  ['a directory', folder, 'it is a directory', 'é uma pasta'],
  ['a name too long', join(folder, 'a'.repeat(300)), 'its name is too long', 'o nome é longo demais'],
])('%s', (_what, path, english, portuguese) => {
  expect(whyOf(path)).toBe(english);
  expect(inPortuguese(`cannot read x: ${english}. Give a file that exists.`)).toMatch(portuguese);
});

it('keeps the words of whatever else is wrong', () => {
  expect(whyNotRead(new Error('it is too large'))).toBe('it is too large');
});
