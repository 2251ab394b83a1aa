import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { builtinsWhenUsed } from '../../scripts/builtins-when-used.mjs';

/** What is imported of Node at the top is loaded when it is used; what is imported with `await` has its names then. */

test('names of a part of Node are there, imported at the top or with await', async () => {
  const source = `
    import { createHash } from 'node:crypto';
    export const hash = (text) => createHash('sha256').update(text).digest('hex').slice(0, 8);
    export const later = async () => {
      const { spawnSync } = await import('node:child_process');
      const { randomBytes } = await import('crypto');
      return [typeof spawnSync, randomBytes(4).length];
    };`;
  const folder = mkdtempSync(join(tmpdir(), 'zf-names-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const outfile = join(folder, 'built.cjs');
  await build({
    stdin: { contents: source, resolveDir: import.meta.dirname },
    bundle: true,
    outfile,
    platform: 'node',
    format: 'cjs',
    plugins: [builtinsWhenUsed],
  });
  const built = createRequire(import.meta.url)(outfile) as { hash(text: string): string; later(): Promise<unknown> };
  expect(built.hash('a')).toBe('ca978112');
  expect(await built.later()).toEqual(['function', 4]);
});
