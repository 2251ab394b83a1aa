import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { FleetError } from '../../session/fleet-error.ts';
import { isSessionName } from '../../session/session-name.ts';
import { openQuietly } from '../open-quietly.ts';

/** A store that is not there beside what only a fleet has: that is a loss, and not a new fleet. */

/** Where things lie; the fleet's `HomePaths` has all of it. */
export interface StorePlaces {
  readonly database: string;
  readonly tokens: string;
  readonly backups: string;
}

/** `empty`: a file without any table of ours in it. What is damaged is there. */
export const storePresence = (path: string): 'there' | 'missing' | 'empty' => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'missing';
  if (found.size === 0) return 'empty';

  let database: DatabaseSync | null = null;
  try {
    database = openQuietly(path);
    const tables = database.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table'").get();
    return tables?.['n'] === 0 ? 'empty' : 'there';
  } catch {
    // Whoever opens it says what is wrong with it.
    return 'there';
  } finally {
    database?.close();
  }
};

/** What a person gives an engine before its first start; no login. */
const givenFiles: ReadonlySet<string> = new Set(['simulated.json']);

const namesIn = (directory: string): readonly string[] => (existsSync(directory) ? readdirSync(directory) : []);

/** Sessions that have a login on the disk. */
export const loginsOn = ({ tokens }: Pick<StorePlaces, 'tokens'>): readonly string[] =>
  namesIn(tokens)
    .filter((name) => isSessionName(name) && statSync(join(tokens, name)).isDirectory())
    .filter((name) => namesIn(join(tokens, name)).some((file) => !givenFiles.has(file)));

/** Backups of the whole fleet, newest first. */
export const fleetBackups = ({ backups }: Pick<StorePlaces, 'backups'>): readonly string[] =>
  namesIn(backups)
    .filter((name) => /^fleet-\d{8}T\d{6}Z\.tar\.gz(\.enc)?$/.test(name))
    .sort()
    .toReversed()
    .map((name) => join(backups, name));

const counted = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

/** What to tell of a store that is not there although logins or backups are; null: it is there, or this is a new fleet. */
export const lostStoreWords = (places: StorePlaces): string | null => {
  const presence = storePresence(places.database);
  if (presence === 'there') return null;

  const logins = loginsOn(places).length;
  const [newest, ...older] = fleetBackups(places);
  if (logins === 0 && newest === undefined) return null;

  const beside = [
    ...(logins === 0 ? [] : [counted(logins, 'login')]),
    ...(newest === undefined ? [] : [counted(older.length + 1, 'backup')]),
  ].join(' and ');
  const missing = `${beside}, no database: ${places.database} is ${presence === 'empty' ? 'empty' : 'missing'}.`;
  const repair =
    newest === undefined
      ? ''
      : ` Restore: zap-fleet restore --yes ${newest}, or only the database: zap-fleet store repair.`;
  return `${missing}${repair} To go on without it: zap-fleet store repair --empty`;
};

/** Throws `refused-by-state` where a store would be made anew beside what an older one left. */
export const refuseLostStore = (places: StorePlaces): void => {
  const words = lostStoreWords(places);
  if (words !== null) throw new FleetError('refused-by-state', words);
};
