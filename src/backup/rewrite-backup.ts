import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { HomePaths } from '../home/home-paths.ts';
import { takeScratch } from '../home/scratch.ts';
import { unreadableSecrets } from '../settings/unreadable-secrets.ts';
import { databasePath, type Manifest, manifestName, sentFileOf, sessionKeysPath } from './backup-format.ts';
import { checkDatabase } from './copy-database.ts';
import { describeFile, isThere } from './copy-files.ts';
import { type ArchiveErasure, eraseInStore } from './erase-in-store.ts';
import { packArchive } from './pack-archive.ts';
import { isEncryptedFile, readArchive } from './read-archive.ts';
import { sentFilesIn } from './sent-files.ts';
import { verifyWithin } from './verify-backup.ts';

/**
 * A backup without somebody: unpacked, erased in, packed again with the passphrase that it had, read back, and only then put in the place of
 * the old one. A crash leaves the old one whole; begun again, it is done again.
 */

export type Rewritten = 'rewritten' | 'removed' | 'untouched';

export interface RewriteOptions {
  readonly paths: HomePaths;
  readonly file: string;
  readonly passphrase?: string | undefined;
  /** Work for each guess of it (encryption.ts); left out: as usual. */
  readonly log2N?: number | undefined;
  readonly erasure: ArchiveErasure;
}

/** One file again, and no page of what was erased in it. */
const closeUp = (path: string): void => {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA journal_mode=DELETE; VACUUM');
  } finally {
    database.close();
  }
};

const keysSchema = z.record(z.string(), z.string());
const keysIn = (file: string): Readonly<Record<string, string>> => {
  try {
    return keysSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw unreadableSecrets('the AI keys of this backup', error);
  }
};

/** The keys of sessions that are still in it. */
const dropKeys = (file: string, ids: readonly string[]): void => {
  const keys = keysIn(file);
  const left = Object.fromEntries(Object.entries(keys).filter(([id]) => !ids.includes(id)));
  writeFileSync(file, JSON.stringify(left), { mode: 0o600 });
};

/** What lies in `staging` after the erasure, described anew. */
const rewriteManifest = async (staging: string, manifest: Manifest, gone: string | null): Promise<void> => {
  const files = [];
  const sent = new Set(sentFilesIn(join(staging, databasePath)).map(({ sessionId, hash }) => `${sessionId}/${hash}`));
  for (const file of manifest.files) {
    if (gone !== null && file.path.startsWith(`tokens/${gone}/`)) continue;
    const own = sentFileOf(file.path);
    if (own !== null && !sent.has(`${own.sessionId}/${own.hash}`)) {
      await rm(join(staging, file.path), { force: true });
      continue;
    }
    const isChanged = file.path === databasePath || file.path === sessionKeysPath;
    files.push(isChanged ? await describeFile(join(staging, file.path), file.path) : file);
  }
  const sessions = manifest.sessions.filter(({ name }) => name !== gone);
  await writeFile(join(staging, manifestName), JSON.stringify({ ...manifest, sessions, files }), { mode: 0o600 });
};

/** Erases in what was unpacked; whether anything changed. */
const eraseStaged = async (staging: string, manifest: Manifest, erasure: ArchiveErasure): Promise<boolean> => {
  const database = join(staging, databasePath);
  checkDatabase(database);
  const erased = await eraseInStore(database, erasure);
  const gone = erasure.who === null ? erasure.sessionName : null;
  const isNamed = gone !== null && manifest.sessions.some(({ name }) => name === gone);
  if (erased === 0 && !isNamed) return false;
  closeUp(database);
  if (gone !== null) {
    await rm(join(staging, 'tokens', gone), { recursive: true, force: true });
    const keys = join(staging, sessionKeysPath);
    if (await isThere(keys)) dropKeys(keys, erasure.sessionIds);
  }
  await rewriteManifest(staging, manifest, gone);
  return true;
};

/** Rejects with `usage` (no or another passphrase) or `failed` (damaged): then the archive is as it was. */
export const rewriteBackup = async (options: RewriteOptions): Promise<Rewritten> => {
  const { paths, file, erasure } = options;
  const passphrase = (await isEncryptedFile(file)) ? options.passphrase : undefined;
  const before = await stat(file);
  const scratch = takeScratch(paths);
  const staging = scratch.path(paths.backups, 'rewrite');
  const partial = scratch.partial(file);
  try {
    await mkdir(staging, { mode: 0o700 });
    const manifest = await readArchive({
      file,
      passphrase: options.passphrase,
      place: ({ path }) => join(staging, path),
    });
    if (erasure.who === null && manifest.session === erasure.sessionName) {
      await rm(file);
      return 'removed';
    }

    if (!(await eraseStaged(staging, manifest, erasure))) return 'untouched';
    await packArchive(staging, partial, passphrase, undefined, options.log2N);
    await verifyWithin(scratch.path(paths.backups, 'verify'), { file: partial, passphrase });
    // Its age decides how long it is kept.
    await utimes(partial, before.atime, before.mtime);
    await rename(partial, file);
    return 'rewritten';
  } finally {
    await scratch.release();
  }
};

/** The store that a restore set aside, in its place. Rejects as `rewriteBackup`. */
export const rewriteAside = async (directory: string, erasure: ArchiveErasure): Promise<Rewritten> => {
  const database = join(directory, 'fleet.db');
  if (!(await isThere(database))) return 'untouched';
  checkDatabase(database);
  const erased = await eraseInStore(database, erasure);

  const keys = join(directory, 'session-keys.json');
  if (erasure.who === null && (await isThere(keys))) dropKeys(keys, erasure.sessionIds);
  return erased > 0 ? 'rewritten' : 'untouched';
};
