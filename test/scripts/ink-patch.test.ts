import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyPatch, parsePatch } from 'diff';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/ink-line-update.patch.md'), 'utf8');
const patch = /```diff\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
const ownTest = 'test/changed-cells.js';

let folder: string;

/** Ink as npm brought it, in a folder where its own libraries are found. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'zf-ink-'));
  cpSync(join(root, 'node_modules/ink'), join(folder, 'ink'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const run = (): string =>
  execFileSync(process.execPath, ['--test', '--test-reporter=tap', ownTest], {
    cwd: join(folder, 'ink'),
    encoding: 'utf8',
    // A runner that finds itself inside another one reports to that.
    env: { PATH: process.env['PATH'] },
    timeout: 100_000,
  });

const textOf = (path: string): string => (path === '/dev/null' ? '' : readFileSync(join(folder, 'ink', path), 'utf8'));
const placeIn = (name: string | undefined): string => (name ?? '').replace(/^[ab]\//, '');

describe('the patch that is offered to Ink', () => {
  it('applies to the Ink that is installed, and its test passes there', () => {
    const files = parsePatch(patch);
    expect(files.map(({ newFileName }) => placeIn(newFileName))).toEqual([
      'build/changed-cells.js',
      'build/line-update.js',
      ownTest,
    ]);
    for (const file of files) {
      const patched = applyPatch(textOf(placeIn(file.oldFileName)), file, { fuzzFactor: 0 });
      expect(patched, placeIn(file.newFileName)).not.toBe(false);
      const target = join(folder, 'ink', placeIn(file.newFileName));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, String(patched));
    }
    expect(run()).toMatch(/# pass 6\n# fail 0/);
  }, 120_000);

  it('brings a test that fails on Ink as it is', () => {
    // The new module alone, not asked by anybody.
    cpSync(join(root, 'node_modules/ink/build/line-update.js'), join(folder, 'ink/build/line-update.js'));
    expect(run).toThrow(/Command failed/);
  }, 120_000);
});
