import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import type { PGlite } from '@electric-sql/pglite';

/** The next folder upwards that says which version a module is of. */
const versionOf = (module: string): string => {
  for (let folder = dirname(createRequire(import.meta.url).resolve(module)); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
    if (dirname(folder) === folder) throw new Error(`${module} has no package.json`);
  }
};

const folder = join(import.meta.dirname, '../../node_modules/.cache/zap-fleet-postgres');
const version = versionOf('@electric-sql/pglite');
const nothing = 'nothing';

/** `sql`: what was run in it, in the order in which it was. */
const fileOf = (sql: readonly string[]): string => {
  const what = sql.length === 0 ? nothing : createHash('sha256').update(sql.join('\0')).digest('hex').slice(0, 16);
  return join(folder, `${version}-${what}.tar`);
};

/** Keeps its files for whoever starts next. Put in place whole: others may start at the same time. */
const keep = async (made: PGlite, file: string): Promise<void> => {
  if (existsSync(file)) return;

  // What is in memory alone would be made up for from the log at each start.
  await made.exec('checkpoint');
  mkdirSync(folder, { recursive: true });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, Buffer.from(await (await made.dumpDataDir('none')).arrayBuffer()));
  renameSync(fresh, file);
};

const load = (file: string): { readonly loadDataDir?: Blob } =>
  existsSync(file) ? { loadDataDir: new Blob([readFileSync(file)]) } : {};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // It died while it made the file: another one makes it.
    return false;
  }
};

/** Whether it is for this process to make the file; where another one does, waits for it: four that begin at once would each take ten seconds of a core. */
const mayMake = async (file: string): Promise<boolean> => {
  const lock = `${file}.lock`;
  mkdirSync(folder, { recursive: true });
  while (!existsSync(file)) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return true;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    await delay(100);
    const maker = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : process.pid;
    if (!isAlive(maker)) rmSync(lock, { force: true });
  }
  return false;
};

/**
 * A PGlite in which `sql` has been run, begun with the files of one that was made here before: `initdb` in WebAssembly is nine of the twelve
 * seconds of a core that a start takes without them, our migrations one. `open` opens it with these options.
 */
export const freshPostgres = async <T extends { readonly driver: PGlite }>(
  open: (options: { readonly loadDataDir?: Blob }) => Promise<T>,
  sql: readonly string[] = [],
): Promise<T> => {
  const file = fileOf(sql);
  if (!(await mayMake(file))) return open(load(file));

  try {
    const made = await open(load(fileOf([])));
    if (sql.length > 0) await keep(made.driver, fileOf([]));
    for (const each of sql) await made.driver.exec(each);
    await keep(made.driver, file);
    return made;
  } finally {
    rmSync(`${file}.lock`, { force: true });
  }
};
