import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { HomePaths } from '../home/home-paths.ts';
import { FleetError } from '../session/fleet-error.ts';
import { readAiKeys } from '../settings/ai-keys.ts';
import type { Manifest } from './backup-format.ts';
import type { CheckedSession } from './check-contents.ts';

/** Sessions' own AI keys on their way through a backup: in it only when it is encrypted, and said when they are not. */

const longestKey = 500;
const keysSchema = z.record(z.string().max(64), z.string().min(1).max(longestKey));
type Keys = Readonly<Record<string, string>>;

/** The keys in an archive, each of a session that it holds. Throws `failed`. */
export const keysOf = (file: string, sessions: readonly CheckedSession[]): Keys => {
  if (!existsSync(file)) return {};
  let keys: Keys;
  try {
    keys = keysSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Without its cause: what a parser says of it quotes it.
    throw new FleetError('failed', 'this backup is not taken over: its AI keys cannot be read. Nothing was changed.');
  }
  const ids = new Set(sessions.map(({ id }) => id));
  if (Object.keys(keys).some((id) => !ids.has(id)))
    throw new FleetError(
      'failed',
      'this backup is not taken over: it brings the AI key of a session that it does not hold. Nothing was changed.',
    );
  return keys;
};

/** Keys that are here already stay with their session; those of the archive win. */
const keysHere = (paths: HomePaths): Keys => {
  try {
    return readAiKeys(paths);
  } catch (error) {
    // Unreadable: it is kept aside with the rest.
    if (error instanceof FleetError) return {};
    throw error;
  }
};

/** Writes to `file` what this fleet has of keys after the restore: only of sessions that there are. Whether there is one. */
export const writeKeysAfter = (
  paths: HomePaths,
  file: string,
  restored: Keys,
  sessions: readonly CheckedSession[],
): boolean => {
  const here = keysHere(paths);
  const keys = Object.fromEntries(
    sessions.flatMap(({ id }) => {
      const key = restored[id] ?? here[id];
      return key === undefined ? [] : [[id, key]];
    }),
  );
  if (Object.keys(keys).length === 0) return false;
  writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
  return true;
};

/** Sessions whose own key is in no archive and not here: they have to be given it again. */
export const withoutKey = (
  manifest: Manifest,
  sessions: readonly CheckedSession[],
  has: (id: string) => boolean,
): readonly string[] =>
  sessions.flatMap(({ id, name }) => {
    const said = manifest.sessions.find((one) => one.name === name);
    return said?.ownKey === true && !has(id) ? [name] : [];
  });
