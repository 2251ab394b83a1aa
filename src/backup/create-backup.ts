import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { create } from 'tar';
import { type HomePaths, profileDir, profileLock } from '../home/home-paths.ts';
import { tryLock } from '../home/lock.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { isSessionName, type SessionName } from '../session/session-name.ts';
import type { Bytes, EpochMs, Milliseconds } from '../session/units.ts';
import {
  backupFileName,
  backupKind,
  configFiles,
  databasePath,
  type Manifest,
  type ManifestFile,
  manifestName,
} from './backup-format.ts';
import { copyDatabase } from './copy-database.ts';
import { copyFile, copyProfile, isThere } from './copy-files.ts';
import { encrypt } from './encryption.ts';
import { verifyBackup } from './verify-backup.ts';

/**
 * Runs `copy` while the session's browser is closed and its profile's lock is held, or says why it cannot. The master closes a running
 * browser for it; without a master `whenUnlocked` takes what nobody uses.
 */
export type WithClosedProfile = <T>(
  name: SessionName,
  copy: () => Promise<T>,
) => Promise<{ readonly ran: true; readonly value: T } | { readonly ran: false; readonly reason: string }>;

export const whenUnlocked =
  (paths: HomePaths): WithClosedProfile =>
  async (name, copy) => {
    const lock = tryLock(profileLock(paths, name));
    if (lock === null)
      return { ran: false, reason: 'its browser runs; stop the session to have its login in a backup' };
    try {
      return { ran: true, value: await copy() };
    } finally {
      lock.release();
    }
  };

export interface BackupOptions {
  readonly paths: HomePaths;
  /** Absent or null: the whole fleet. */
  readonly session?: SessionName | null;
  /** Absent: a dated file in `data/backups`, where older ones of its kind are pruned. */
  readonly to?: string | undefined;
  readonly passphrase?: string | undefined;
  /** How many of its kind are kept in `data/backups`. */
  readonly keep: number;
  readonly withClosedProfile: WithClosedProfile;
  /** The program's version. */
  readonly version: string;
  readonly now?: () => EpochMs;
}

export interface BackupReport {
  readonly file: string;
  readonly bytes: Bytes;
  readonly encrypted: boolean;
  readonly sessions: Manifest['sessions'];
  /** Older backups that were removed. */
  readonly pruned: readonly string[];
}

const stage = async (options: BackupOptions, staging: string, createdAt: EpochMs): Promise<void> => {
  const { paths, version } = options;
  const session = options.session ?? null;
  const files: ManifestFile[] = [];
  const add = async (from: string, path: string): Promise<void> => {
    if (await isThere(from)) files.push(await copyFile(from, join(staging, path), path));
  };
  const sessions: Manifest['sessions'] = [];
  await mkdir(join(staging, 'data'), { mode: 0o700 });
  const copied = await copyDatabase(paths.database, join(staging, databasePath), session);
  for (const name of copied.sessions) {
    const path = `tokens/${name}`;
    if (!(await isThere(profileDir(paths, name)))) {
      sessions.push({ name, profile: 'none', reason: null });
      continue;
    }
    const result = await options.withClosedProfile(name, () =>
      copyProfile(profileDir(paths, name), join(staging, path), path),
    );
    if (result.ran) files.push(...result.value);
    sessions.push({
      name,
      profile: result.ran ? 'copied' : 'skipped',
      reason: result.ran ? null : result.reason.slice(0, 500),
    });
  }
  // Keys and tokens are the fleet's, not one client's.
  if (session === null) for (const name of configFiles) await add(join(paths.data, name), `data/${name}`);
  files.push(await describe(join(staging, databasePath), databasePath));
  const manifest: Manifest = {
    format: 'zap-fleet-backup',
    version: 1,
    createdAt,
    program: version,
    fleetId: copied.fleetId,
    host: hostname(),
    session,
    sessions,
    files,
  };
  await writeFile(join(staging, manifestName), JSON.stringify(manifest), { mode: 0o600 });
};

const describe = async (file: string, path: string): Promise<ManifestFile> => {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { path, bytes, sha256: hash.digest('hex') };
};

/** tar's own stream is not Node's: handed to a pipeline as what it can also be, an iterable. */
async function* asIs(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* source;
}

const pack = async (staging: string, file: string, passphrase: string | undefined): Promise<void> => {
  const parts = [manifestName, 'data', 'tokens'].filter((name) => existsSync(join(staging, name)));
  const archive = create({ cwd: staging, gzip: true, portable: true }, parts);
  await pipeline(
    passphrase === undefined ? asIs(archive) : encrypt(archive, passphrase),
    createWriteStream(file, { mode: 0o600, flags: 'wx' }),
  );
  const handle = await open(file, 'r+');
  await handle.sync();
  await handle.close();
};

/** Removes the oldest backups of one kind (`fleet`, `session-NAME`) beyond `keep`; their names. */
export const pruneBackups = async (directory: string, kind: string, keep: number): Promise<readonly string[]> => {
  const names = (await readdir(directory)).filter((name) => backupKind(name) === kind).sort();
  const gone = names.slice(0, Math.max(0, names.length - Math.max(1, keep)));
  for (const name of gone) await rm(join(directory, name), { force: true });
  return gone;
};

/**
 * Writes a backup of the fleet or one session while the fleet runs, reads it back whole, and only then gives it its name. A profile is
 * copied only while its browser is closed. Rejects with `failed` or `no-such-session`; what was begun is removed.
 */
export const createBackup = async (options: BackupOptions): Promise<BackupReport> => {
  const { paths } = options;
  const session = options.session ?? null;
  const createdAt = (options.now ?? Date.now)();
  const passphrase = options.passphrase === '' ? undefined : options.passphrase;
  const encrypted = passphrase !== undefined;
  if (session !== null && !isSessionName(session)) throw new FleetError('usage', 'this is not a session name');
  const ownName = (at: EpochMs): string => join(paths.backups, backupFileName(session, at, encrypted));
  // Names tell seconds: a second backup within one is called after the next.
  let named = createdAt;
  while (options.to === undefined && (await isThere(ownName(named)))) named += 1000;
  const file = resolve(options.to ?? ownName(named));
  if (await isThere(file)) throw new FleetError('already-exists', `${file} exists already. Name another file.`);
  const mark = randomBytes(6).toString('hex');
  const staging = join(paths.backups, `.staging-${mark}`);
  const partial = join(dirname(file), `.${basename(file)}.${mark}.partial`);
  try {
    await mkdir(staging, { recursive: true, mode: 0o700 });
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await stage(options, staging, createdAt);
    await pack(staging, partial, passphrase);
    const { manifest, bytes } = await verifyBackup({ file: partial, passphrase, scratch: paths.backups });
    await rename(partial, file);
    const kind = backupKind(basename(file));
    const pruned =
      options.to === undefined && kind !== null ? await pruneBackups(paths.backups, kind, options.keep) : [];
    return { file, bytes, encrypted, sessions: manifest.sessions, pruned };
  } catch (error) {
    if (error instanceof FleetError) throw error;
    throw new FleetError('failed', `the backup was not made: ${messageOf(error)}. Check the disk and try again.`, {
      cause: error,
    });
  } finally {
    await rm(partial, { force: true });
    await rm(staging, { recursive: true, force: true });
  }
};

/** Younger ones may be at work in another process, e.g. a command. */
const unfinishedAfter: Milliseconds = 3_600_000;

/** Removes what a crash left of backups and restores; how many. Call it at a master's start. */
export const removeUnfinished = async (paths: HomePaths, now: EpochMs): Promise<number> => {
  let removed = 0;
  for (const directory of [paths.backups, paths.data, paths.tokens]) {
    for (const name of await readdir(directory)) {
      if (!/^\.(?:staging|verify|restore)-[0-9a-f]{12}$|^\..+\.[0-9a-f]{12}\.partial$/.test(name)) continue;
      const path = join(directory, name);
      // Gone meanwhile: its owner finished.
      if (!(await isThere(path)) || now - (await stat(path)).mtimeMs < unfinishedAfter) continue;
      await rm(path, { recursive: true, force: true });
      removed += 1;
    }
  }
  return removed;
};
