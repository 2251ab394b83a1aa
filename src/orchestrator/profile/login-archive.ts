import { createWriteStream, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { create } from 'tar';
import { type HomePaths, profileDir, replacedLoginDir } from '../../home/home-paths.ts';
import { isNotForArchives } from '../../home/profile-caches.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import type { SessionName } from '../../session/session-name.ts';
import type { Bytes, EpochMs, Milliseconds } from '../../session/units.ts';

/** Logins that were taken out of use are kept for a while, without the browser's caches: an archive is small, and a mistake can be undone. */

export const keepArchivesFor: Milliseconds = 30 * 86_400_000;

const isKept = (path: string): boolean => !path.split('/').some(isNotForArchives);

/** Encrypts what is archived, where there is a passphrase. */
export type SealArchive = (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** Packed by the loop that others share: a piece takes some milliseconds. tar's own are 16 MiB, 0.4 s each. */
const pieceBytes: Bytes = 128 * 1024;

const archivePrefix = 'login-';
/** With `.age`: encrypted. With `.partial`: cut off while it was made. */
const archivePattern = /^login-([a-z0-9_-]+)-\d{8}T\d{6}Z\.tar\.gz(?:\.age)?(?:\.partial)?$/;

export const isLoginArchiveOf = (name: string, entry: string): boolean => archivePattern.exec(entry)?.[1] === name;

/** tar's own stream is not Node's: handed to a pipeline as what it can also be, an iterable. */
async function* asIs(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* source;
}

/** Path of the archive, null when there is no login to keep. Call it with the profile's lock held. Throws `failed`. */
export const archiveLogin = async (
  paths: HomePaths,
  name: SessionName,
  options: { readonly now: EpochMs; readonly seal: SealArchive | null },
): Promise<string | null> => {
  if (!existsSync(profileDir(paths, name))) return null;
  const { now, seal } = options;
  const stamp = `${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const file = join(paths.backups, `${archivePrefix}${name}-${stamp}.tar.gz${seal === null ? '' : '.age'}`);
  const partial = `${file}.partial`;
  try {
    const packed = asIs(
      create({ cwd: paths.tokens, gzip: true, portable: true, filter: isKept, maxReadSize: pieceBytes }, [name]),
    );
    await pipeline(seal === null ? packed : seal(packed), createWriteStream(partial, { mode: 0o600 }));
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw new FleetError(
      'failed',
      `the login of ${name} could not be archived, so it was not removed: ${messageOf(error)}. Check the disk and try again.`,
      { cause: error },
    );
  }
  return file;
};

/** Removes every archived login of that name; how many. */
export const removeLoginArchives = (paths: HomePaths, name: SessionName): number => {
  const entries = existsSync(paths.backups) ? readdirSync(paths.backups) : [];
  const archives = entries.filter((entry) => isLoginArchiveOf(name, entry));
  for (const entry of archives) rmSync(join(paths.backups, entry), { force: true });

  return archives.length;
};

/** Also the one from before, where it came from another server. A profile has thousands of files: removed beside the loop. */
export const removeLogin = async (paths: HomePaths, name: SessionName): Promise<void> => {
  for (const directory of [replacedLoginDir(paths, name), profileDir(paths, name)])
    await rm(directory, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
};

/** Removes archives that are older than `keepArchivesFor`; how many. */
export const pruneLoginArchives = (paths: HomePaths, now: EpochMs): number => {
  let removed = 0;
  for (const entry of readdirSync(paths.backups)) {
    if (!archivePattern.test(entry)) continue;
    const file = join(paths.backups, entry);
    if (now - statSync(file).mtimeMs < keepArchivesFor) continue;
    rmSync(file, { force: true });
    removed += 1;
  }
  return removed;
};
