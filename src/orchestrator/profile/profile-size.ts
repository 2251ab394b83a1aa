import type { Dirent } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type HomePaths, profileDir, profileLock } from '../../home/home-paths.ts';
import { tryLock } from '../../home/lock.ts';
import { isProfileCache } from '../../home/profile-caches.ts';
import type { SessionName } from '../../session/session-name.ts';
import type { Bytes } from '../../session/units.ts';

/** What a login profile takes on the disk, and its caches, which may go while its browser is closed. */

const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

const entriesOf = async (directory: string): Promise<Dirent[]> => {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    // A browser removes and makes directories all the time.
    if (isGone(error)) return [];
    throw error;
  }
};

/** Bytes on the disk of everything under `directory`; 0 when it is not there. */
export const sizeOf = async (directory: string): Promise<Bytes> => {
  let sum = 0;
  for (const entry of await entriesOf(directory)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) sum += await sizeOf(path);
    else
      try {
        sum += (await lstat(path)).blocks * 512;
      } catch (error) {
        if (!isGone(error)) throw error;
      }
  }
  return sum;
};

const pruneUnder = async (directory: string): Promise<void> => {
  for (const entry of await entriesOf(directory)) {
    if (!entry.isDirectory()) continue;
    const path = join(directory, entry.name);
    if (isProfileCache(entry.name)) await rm(path, { recursive: true, force: true, maxRetries: 2 });
    else await pruneUnder(path);
  }
};

/** Removes the caches of a profile that nobody uses, under its lock; false when it is in use. */
export const pruneProfile = async (paths: HomePaths, name: SessionName): Promise<boolean> => {
  const lock = tryLock(profileLock(paths, name));
  if (lock === null) return false;
  try {
    await pruneUnder(profileDir(paths, name));
    return true;
  } finally {
    lock.release();
  }
};
