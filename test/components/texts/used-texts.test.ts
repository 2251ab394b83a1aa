import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { en } from '../../../components/texts/en.ts';

/** A text that nobody shows is translated, looked at and kept in step for nothing. */

const root = join(import.meta.dirname, '../../..');
const source = globSync('{components,src/cli}/**/*.{ts,tsx}', { cwd: root })
  .filter((file) => !file.startsWith('components/texts/'))
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n');

/** Looked up by a value (a verdict, a setting, a key's name): which ones there are is held by the types or by tests of their own. */
const byValue =
  /^(?:verdict|setting|key|help\.(?:screen|action)|inspect\.(?:helps|why)|alarm\.check|chats\.outcome|incident\.(?:check|checkShort)|tryBot\.step|column)\./;

const pathsOf = (texts: object, path: readonly string[] = []): readonly string[] =>
  Object.entries(texts).flatMap(([name, text]) =>
    typeof text === 'object' && text !== null && !Array.isArray(text)
      ? pathsOf(text, [...path, name])
      : [[...path, name].join('.')],
  );

/** Read (`t.dialog.gone`), taken out (`const { gone } = dialog`), or named in words of the program (`'gone'`). */
const isUsed = (path: string): boolean => {
  const name = path.slice(path.lastIndexOf('.') + 1);
  return new RegExp(`\\.${name}\\b|[{,]\\s*${name}\\s*[,:}]|'${name}'`).test(source);
};

it('every text of the dashboard is shown somewhere', () => {
  const paths = pathsOf(en).filter((path) => !byValue.test(`${path}.`));
  expect(paths.length).toBeGreaterThan(500);
  expect(paths.filter((path) => !isUsed(path))).toEqual([]);
});

it('and the test would find one that is not', () => {
  expect(isUsed('dialog.gone')).toBe(true);
  expect(isUsed('dialog.aTextThatNobodyEverShows')).toBe(false);
});
