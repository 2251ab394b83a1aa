import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { filesThatShare, patienceFor, sharesItsProcess, startsPrograms } from './shared-process.ts';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

/** A tree of tests with these texts. */
const tree = (files: Readonly<Record<string, string>>): string => {
  const root = mkdtempSync('/tmp/zft-');
  roots.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
};
const one = (text: string): boolean =>
  sharesItsProcess(tree({ 'test/session/a.test.ts': text }), 'test/session/a.test.ts');

test.each([
  "import { readFileSync } from 'node:fs';\nconst home = process.env['HOME'] ?? process.cwd();",
  // What is put back after the file, or found by the guard where it is not.
  "process.env['TZ'] = 'UTC';",
  "vi.spyOn(console, 'log');",
  "import { spawn } from 'node:child_process';",
  "import { createServer } from 'node:net';",
  'vi.useFakeTimers();',
])('%s: shares a process', (text) => {
  expect(one(text)).toBe(true);
});

test.each([
  "process.chdir('/');",
  'process.umask(0o077);',
  "process.on('exit', () => {});",
  'process.exitCode = 1;',
  'globalThis.fetch = answer;\n',
  "globalThis['fetch'] = answer;",
  "vi.mock('../../src/log/logger.ts');",
  'vi.resetModules();',
  '// A process of its own: it floods a server.',
  "import { madePdf } from '../support/made-pdf.ts';",
])('%s: has a process of its own', (text) => {
  expect(one(text)).toBe(false);
});

test('who starts browsers as the program does has a process of its own; who starts the program shares one', () => {
  const spawns = "import { spawn } from 'node:child_process';";
  const root = tree({
    'test/workers/whatsapp/a.test.ts': spawns,
    'test/workers/whatsapp/b.test.ts': '',
    'test/e2e/c.test.ts': spawns,
    // Put together, or this file would be one of them.
    'test/master/d.test.ts': `import ${"'../support/built-program.ts'"};`,
  });
  expect(filesThatShare(root)).toEqual([
    'test/e2e/c.test.ts',
    'test/master/d.test.ts',
    'test/workers/whatsapp/b.test.ts',
  ]);
});

test('what its helpers under test/ do counts, through all of them', () => {
  const root = tree({
    'test/session/a.test.ts': "import { b } from '../support/b.ts';",
    'test/session/c.test.ts': "import { c } from '../support/c.ts';",
    'test/support/b.ts': "import { c } from './c.ts';\nimport { d } from './d.ts';",
    'test/support/c.ts': "import { b } from './b.ts';",
    'test/support/d.ts': "process.chdir('/');",
  });
  expect(filesThatShare(root)).toEqual([]);

  writeFileSync(join(root, 'test/support/d.ts'), 'export const d = 1;');
  expect(filesThatShare(root)).toEqual(['test/session/a.test.ts', 'test/session/c.test.ts']);
});

test('how long a test may take follows from what it starts', () => {
  // Put together, or this file would be one of them.
  const program = `import ${"'../support/built-program.ts'"};`;
  const root = tree({
    'test/master/a.test.ts': `import { b } from '../support/b.ts';`,
    'test/support/b.ts': program.replace('../support', '.'),
    'test/client/c.test.ts': program.replace('import ', 'import { built } from '),
    'test/e2e/d.test.ts': '',
    'test/client/f.test.ts': '// says built-program.ts, and nothing else',
  });
  const files = ['test/master/a.test.ts', 'test/client/c.test.ts', 'test/e2e/d.test.ts', 'test/client/f.test.ts'];
  expect(files.map((file) => startsPrograms(root, file))).toEqual([true, true, true, false]);
  expect(files.map((file) => patienceFor(root, file).testTimeout)).toEqual([120_000, 120_000, 240_000, 60_000]);
});
