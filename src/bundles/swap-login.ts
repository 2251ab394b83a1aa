import { existsSync, readdirSync, renameSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type HomePaths, profileDir, replacedLoginDir } from '../home/home-paths.ts';
import { isSessionName, type SessionName } from '../session/session-name.ts';

/**
 * A login that came takes the place of the one that is here by two renames. The one from before is kept aside until WhatsApp has taken the
 * new one; when a master dies between the two renames, the next one puts it back.
 */

/** Call it with the profile's lock held. `unpacked` must be on the volume of `tokens/`. */
export const swapLogin = async (paths: HomePaths, name: SessionName, unpacked: string): Promise<void> => {
  const place = profileDir(paths, name);
  const aside = replacedLoginDir(paths, name);
  await mkdir(dirname(aside), { recursive: true, mode: 0o700 });
  if (existsSync(place)) {
    // One from before that, which WhatsApp had not taken either, is worth less than what was in use since.
    await rm(aside, { recursive: true, force: true, maxRetries: 3 });
    renameSync(place, aside);
  }
  renameSync(unpacked, place);
};

/** WhatsApp has taken the login that is in its place. Whether there was one from before. */
export const dropReplaced = async (paths: HomePaths, name: SessionName): Promise<boolean> => {
  const aside = replacedLoginDir(paths, name);
  if (!existsSync(aside)) return false;
  await rm(aside, { recursive: true, force: true, maxRetries: 3 });
  return true;
};

/** Puts logins back that a master left aside when it died in the middle of a swap; their names. Call it before any session starts. */
export const restoreHalfSwapped = (paths: HomePaths): readonly SessionName[] => {
  const root = join(paths.tokens, '.before-bundle');
  if (!existsSync(root)) return [];
  const restored: SessionName[] = [];
  for (const name of readdirSync(root)) {
    if (!isSessionName(name) || existsSync(profileDir(paths, name))) continue;
    renameSync(replacedLoginDir(paths, name), profileDir(paths, name));
    restored.push(name);
  }
  return restored;
};
