import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Our mark inside a login profile: "a phone was linked here". It tells a profile whose link was removed while we were away from
 * one that was never linked.
 */
const markFile = (profileDir: string): string => join(profileDir, '.zap-fleet-linked');

export const wasLinked = (profileDir: string): boolean => existsSync(markFile(profileDir));
export const markLinked = (profileDir: string): Promise<void> => writeFile(markFile(profileDir), '', { mode: 0o600 });
export const unmarkLinked = (profileDir: string): Promise<void> => rm(markFile(profileDir), { force: true });

/**
 * Makes the profile ready for a start: Chromium's own `Singleton*` locks go, because they name a host and a pid that mean
 * nothing after a move to another container. The caller holds our own lock on the profile.
 */
export const prepareProfile = async (profileDir: string): Promise<void> => {
  await mkdir(profileDir, { recursive: true, mode: 0o700 });
  for (const name of await readdir(profileDir)) {
    if (name.startsWith('Singleton')) await rm(join(profileDir, name), { force: true });
  }
};
