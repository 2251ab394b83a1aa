import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import type { PGlite } from '@electric-sql/pglite';

/** The next folder upwards that says which version a module is of. */
const versionOf = (module: string): string => {
  for (let folder = dirname(createRequire(import.meta.url).resolve(module)); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
    if (dirname(folder) === folder) throw new Error(`${module} has no package.json`);
  }
};

const kept = join(
  import.meta.dirname,
  '../../node_modules/.cache/zap-fleet-postgres',
  `${versionOf('@electric-sql/pglite')}.tar`,
);

/**
 * What PGlite starts with: the files of an empty Postgres that was made here before, or nothing. To make them (`initdb` in WebAssembly)
 * is nine of the twelve seconds of a core that a start takes.
 */
export const freshPostgres = (): { readonly loadDataDir?: Blob } =>
  existsSync(kept) ? { loadDataDir: new Blob([readFileSync(kept)]) } : {};

/** Keeps them for whoever starts next; before anything is written to it. Put in place whole: others may start at the same time. */
export const keepFreshPostgres = async (made: PGlite): Promise<void> => {
  if (existsSync(kept)) return;

  mkdirSync(dirname(kept), { recursive: true });
  const fresh = `${kept}.${process.pid}`;
  writeFileSync(fresh, Buffer.from(await (await made.dumpDataDir('none')).arrayBuffer()));
  renameSync(fresh, kept);
};
