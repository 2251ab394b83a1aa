import { chmodSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { create } from 'tar';
import { type HomePaths, profileDir } from '../../home/home-paths.ts';
import { isNotForArchives } from '../../home/profile-caches.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import type { SessionName } from '../../session/session-name.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';

/** Logins that were taken out of use are kept for a while, without the browser's caches: an archive is small, and a mistake can be undone. */

export const keepArchivesFor: Milliseconds = 30 * 86_400_000;

const isKept = (path: string): boolean => !path.split('/').some(isNotForArchives);

const archivePrefix = 'login-';
const archivePattern = /^login-[a-z0-9_-]+-\d{8}T\d{6}Z\.tar\.gz$/;

/** Path of the archive, null when there is no login to keep. Call it with the profile's lock held. Throws `failed`. */
export const archiveLogin = async (paths: HomePaths, name: SessionName, now: EpochMs): Promise<string | null> => {
  if (!existsSync(profileDir(paths, name))) return null;
  const stamp = `${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const file = join(paths.backups, `${archivePrefix}${name}-${stamp}.tar.gz`);
  try {
    await create({ file, cwd: paths.tokens, gzip: true, portable: true, mode: 0o600, filter: isKept }, [name]);
    chmodSync(file, 0o600);
  } catch (error) {
    rmSync(file, { force: true });
    throw new FleetError(
      'failed',
      `the login of ${name} could not be archived, so it was not removed: ${messageOf(error)}. Check the disk and try again.`,
      { cause: error },
    );
  }
  return file;
};

export const removeLogin = (paths: HomePaths, name: SessionName): void =>
  rmSync(profileDir(paths, name), { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });

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
