import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type HomePaths, profileLock } from '../home/home-paths.ts';
import { tryLock } from '../home/lock.ts';
import { takeScratch } from '../home/scratch.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { isSessionName } from '../session/session-name.ts';
import type { EpochMs } from '../session/units.ts';
import { backupFileName, backupKind } from './backup-format.ts';
import type { BackupOptions, BackupReport, WithClosedProfile } from './backup-options.ts';
import { isThere } from './copy-files.ts';
import { packArchive, stagedBytes } from './pack-archive.ts';
import { stageBackup } from './stage-backup.ts';
import { verifyWithin } from './verify-backup.ts';

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

/** Removes the oldest backups of one kind (`fleet`, `session-NAME`) beyond `keep`; their names. */
export const pruneBackups = async (directory: string, kind: string, keep: number): Promise<readonly string[]> => {
  const names = (await readdir(directory)).filter((name) => backupKind(name) === kind).sort();
  const gone = names.slice(0, Math.max(0, names.length - Math.max(1, keep)));
  for (const name of gone) await rm(join(directory, name), { force: true });
  return gone;
};

/** Packs what was staged, and reads it back as a restore would. */
const packAndVerify = async (
  options: BackupOptions,
  places: { readonly staging: string; readonly partial: string; readonly verify: string },
) => {
  const { passphrase, onProgress } = options;
  const total = onProgress === undefined ? 0 : await stagedBytes(places.staging);
  const tell = (done: number) => onProgress?.({ step: 'packing', done, total });
  await packArchive(places.staging, places.partial, passphrase, tell, options.log2N);
  // Nothing plain lies about longer than it must.
  await rm(places.staging, { recursive: true, force: true });

  let read = 0;
  const verified = await verifyWithin(places.verify, {
    file: places.partial,
    passphrase,
    onFile: ({ bytes }) => {
      read += bytes;
      onProgress?.({ step: 'checking', done: read, total });
    },
  });
  await rm(places.verify, { recursive: true, force: true });
  return verified;
};

/** Where the backup is written. Names tell seconds: a second one within one is called after the next. */
const targetOf = async (options: BackupOptions, createdAt: EpochMs): Promise<string> => {
  const session = options.session ?? null;
  if (session !== null && !isSessionName(session)) throw new FleetError('usage', 'this is not a session name');
  const ownName = (at: EpochMs): string =>
    join(options.paths.backups, backupFileName(session, at, options.passphrase !== undefined));
  let named = createdAt;
  while (options.to === undefined && (await isThere(ownName(named)))) named += 1000;
  const file = resolve(options.to ?? ownName(named));
  if (await isThere(file)) throw new FleetError('already-exists', `${file} exists already. Name another file.`);
  return file;
};

/**
 * Writes a backup of the fleet or one session while the fleet runs, reads it back whole, and only then gives it its name. A profile is
 * copied only while its browser is closed. Rejects with `failed` or `no-such-session`; what was begun is removed.
 */
export const createBackup = async (given: BackupOptions): Promise<BackupReport> => {
  const { paths, keep } = given;
  const options = { ...given, passphrase: given.passphrase === '' ? undefined : given.passphrase };
  const createdAt = (options.now ?? Date.now)();
  const file = await targetOf(options, createdAt);
  const scratch = takeScratch(paths);
  const places = {
    staging: scratch.path(paths.backups, 'staging'),
    partial: scratch.partial(file),
    verify: scratch.path(paths.backups, 'verify'),
  };
  try {
    await mkdir(places.staging, { mode: 0o700 });
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await stageBackup(options, { staging: places.staging, target: dirname(file) }, createdAt);
    const { manifest, bytes, problem } = await packAndVerify(options, places);
    await rename(places.partial, file);
    const kind = backupKind(basename(file));
    return {
      file,
      bytes,
      encrypted: options.passphrase !== undefined,
      sessions: manifest.sessions,
      keysLeftOut:
        manifest.keys === 'left-out' ? manifest.sessions.flatMap((one) => (one.ownKey === true ? [one.name] : [])) : [],
      problem,
      pruned: options.to === undefined && kind !== null ? await pruneBackups(paths.backups, kind, keep) : [],
    };
  } catch (error) {
    if (error instanceof FleetError) throw error;
    throw new FleetError('failed', `the backup was not made: ${messageOf(error)}. Check the disk and try again.`, {
      cause: error,
    });
  } finally {
    await scratch.release();
  }
};
