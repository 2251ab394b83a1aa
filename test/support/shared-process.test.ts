import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { filesThatShare, filesThatStartPrograms, sharesItsProcess } from './shared-process.ts';

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

test('whoever only computes and reads shares a process', () => {
  expect(one("import { readFileSync } from 'node:fs';\nconst home = process.env['HOME'] ?? process.cwd();")).toBe(true);
  expect(one("if (process.env['HOME'] === '/root') expect(1).toBe(1);")).toBe(true);
});

test.each([
  "process.env['TZ'] = 'UTC';",
  'process.env.TZ = "UTC";',
  "delete process.env['TZ'];",
  "process.chdir('/');",
  'process.umask(0o077);',
  "process.on('exit', () => {});",
  'process.exitCode = 1;',
  'globalThis.fetch = answer;\n',
  "globalThis['fetch'] = answer;",
  "vi.mock('../../src/log/logger.ts');",
  'vi.useFakeTimers();',
  "vi.spyOn(console, 'log');",
  "vi.stubEnv('TZ', 'UTC');",
  "import { spawn } from 'node:child_process';",
  "import { createServer } from 'node:net';",
])('%s: has a process of its own', (text) => {
  expect(one(text)).toBe(false);
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

test('rooms that start processes keep theirs, whatever a file of them says', () => {
  expect(
    filesThatShare(tree({ 'test/docs/a.test.ts': '', 'test/e2e/b.test.ts': '', 'test/session/c.test.ts': '' })),
  ).toEqual(['test/session/c.test.ts']);
});

test('who has the built program, itself or by a helper, starts programs; end-to-end tests are their own project', () => {
  // Put together, or this file would be one of them.
  const program = `import ${"'../support/built-program.ts'"};`;
  const root = tree({
    'test/master/a.test.ts': `import { b } from '../support/b.ts';`,
    'test/support/b.ts': program.replace('../support', '.'),
    'test/client/c.test.ts': program.replace('import ', 'import { built } from '),
    'test/e2e/d.test.ts': program,
    'test/client/f.test.ts': '// says built-program.ts, and nothing else',
  });
  expect(filesThatStartPrograms(root)).toEqual(['test/client/c.test.ts', 'test/master/a.test.ts']);
});
