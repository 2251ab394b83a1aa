import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type HomePaths, profileDir } from '../home/home-paths.ts';
import type { SessionName } from '../session/session-name.ts';
import type { EpochMs } from '../session/units.ts';
import { forgetMark } from '../store/integrity/fleet-mark.ts';
import { asideName, databasePath, sessionKeysPath } from './backup-format.ts';
import { isThere } from './copy-files.ts';
import { mergeSession } from './merge-session.ts';

const moveIfThere = async (from: string, to: string): Promise<boolean> => {
  if (!(await isThere(from))) return false;
  await rename(from, to);
  return true;
};

/** What was unpacked, checked and settled, and waits to be put in its place. */
export interface Staged {
  readonly data: string;
  readonly tokens: string;
}
export const stagedDatabase = (staged: Staged): string => join(staged.data, databasePath.slice('data/'.length));
export const keysName = sessionKeysPath.slice('data/'.length);

/** Puts a whole fleet in the place of what is here, which is kept aside; the directories that hold it. */
export const replaceFleet = async (
  paths: HomePaths,
  staged: Staged,
  options: { readonly at: EpochMs; readonly config: readonly string[] },
): Promise<readonly string[]> => {
  const { at, config } = options;
  const asides: string[] = [];
  const aside = async (root: string, names: readonly string[]): Promise<void> => {
    const there = [];
    for (const name of names) if (await isThere(join(root, name))) there.push(name);
    if (there.length === 0) return;
    // On the volume it is on: data and tokens may be two.
    const directory = join(
      root === paths.data ? paths.backups : root,
      `${root === paths.data ? '' : '.'}${asideName(at)}`,
    );
    await mkdir(directory, { recursive: true, mode: 0o700 });
    asides.push(directory);
    for (const name of there) await rename(join(root, name), join(directory, name));
  };
  const profiles = (await readdir(paths.tokens)).filter((name) => !name.startsWith('.'));
  await aside(paths.tokens, profiles);
  await aside(paths.data, [...new Set(['fleet.db', 'fleet.db-wal', 'fleet.db-shm', keysName, ...config])]);
  for (const name of await readdir(staged.tokens)) await rename(join(staged.tokens, name), join(paths.tokens, name));
  for (const name of config) await rename(join(staged.data, name), join(paths.data, name));
  // The mark tells of the store that was here before; what this one may have missed is settled already.
  forgetMark(paths.database);
  // Last: a fleet without its database is seen as no fleet, so that a restore that died here is simply run again.
  await rename(stagedDatabase(staged), paths.database);
  return asides;
};

/** Joins one session to the fleet that is here. */
export const restoreSession = async (
  paths: HomePaths,
  staged: Staged,
  name: SessionName,
  at: EpochMs,
): Promise<{ movedAside: readonly string[]; historyRestored: boolean }> => {
  const historyRestored = mergeSession(paths.database, stagedDatabase(staged), name);
  const movedAside: string[] = [];
  if (await isThere(join(staged.tokens, name))) {
    const aside = join(paths.tokens, `.${asideName(at)}`);
    await mkdir(aside, { recursive: true, mode: 0o700 });
    if (await moveIfThere(profileDir(paths, name), join(aside, name))) movedAside.push(aside);
    else await rm(aside, { recursive: true, force: true });
    await rename(join(staged.tokens, name), profileDir(paths, name));
  }
  return { movedAside, historyRestored };
};
