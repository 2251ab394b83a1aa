import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parse as parseDotenv } from 'dotenv';
import type { HomePaths } from '../home/home-paths.ts';
import { FleetError } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import { parseSettings } from '../settings/settings.ts';
import type { CheckedSession } from './check-contents.ts';

/**
 * What an archive would have this machine run, obey, or send its customers' words to. A person who made the archive knows these; who got it
 * from somebody does not, so they are taken over only when a person says that he chose them, or when they are here already.
 */

/** Programs and their arguments, places, who is told and who may command. Beside these, every `…_URL`. */
const leading: ReadonlySet<string> = new Set([
  'BROWSER_PATH',
  'BROWSER_ARGS',
  'WHATSAPP_VERSION',
  'NODE_OPTIONS',
  'FLEET_HOME',
  'PM2_HOME',
  'PM2_LOG_DIR',
  'FLEET_HOST',
  'FLEET_API_TOKEN',
  'ADMIN_NUMBERS',
  'ALERT_TELEGRAM_CHAT',
  'ALERT_TELEGRAM_TOKEN',
  'ALERT_WHATSAPP_TO',
]);
const leads = (name: string): boolean => leading.has(name) || name.endsWith('_URL');

const isLoopback = (address: string): boolean => {
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
};

const valuesOf = (file: string): Readonly<Record<string, string>> =>
  existsSync(file) ? parseDotenv(readFileSync(file, 'utf8')) : {};

const isSqliteError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';

/** Addresses of AI services that sessions of this fleet have already. */
const addressesHere = (paths: HomePaths): ReadonlySet<string> => {
  if (!existsSync(paths.database)) return new Set();
  const database = new DatabaseSync(paths.database, { readOnly: true, timeout: 5000 });
  try {
    const rows = database.prepare("SELECT json_extract(ai_config, '$.baseUrl') AS url FROM sessions").all();
    return new Set(rows.flatMap(({ url }) => (typeof url === 'string' ? [url] : [])));
  } catch (error) {
    // The store may be restored because it is damaged: then nothing is known of it.
    if (isSqliteError(error)) return new Set();
    throw error;
  } finally {
    database.close();
  }
};

const longestValue = 100_000;

/** The names of settings in a restored `.env` that lead elsewhere. Throws `failed` when it is none that a fleet can start with. */
const leadingSettings = (file: string, here: HomePaths): readonly string[] => {
  if (!existsSync(file)) return [];
  const values = valuesOf(file);
  try {
    if (Object.values(values).some((value) => value.length > longestValue))
      throw new FleetError('usage', 'a value is too long');
    parseSettings(values);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    throw new FleetError('failed', `this backup is not taken over: its .env is not valid: ${error.message}`, {
      cause: error,
    });
  }

  const known = valuesOf(here.envFile);
  return Object.entries(values).flatMap(([name, value]) =>
    leads(name) && value.trim() !== '' && value !== known[name] ? [name] : [],
  );
};

const leadingSessions = (sessions: readonly CheckedSession[], here: HomePaths): readonly string[] => {
  const known = addressesHere(here);
  return sessions.flatMap(({ name, ai_config: { baseUrl } }) =>
    baseUrl === null || isLoopback(baseUrl) || known.has(baseUrl) ? [] : [`${name} asks the AI at ${baseUrl}`],
  );
};

/** Throws `refused-by-state` with everything in a restored fleet or session that leads elsewhere. */
export const refuseForeign = (
  here: HomePaths,
  staged: { readonly envFile: string; readonly sessions: readonly CheckedSession[] },
): void => {
  const settings = leadingSettings(staged.envFile, here);
  const sessions = leadingSessions(staged.sessions, here);
  const named = [...(settings.length === 0 ? [] : [`its .env sets ${settings.join(', ')}`]), ...sessions];
  if (named.length === 0) return;

  const shown = named.slice(0, 5).join('; ');
  const more = named.length > 5 ? `; and ${named.length - 5} more` : '';
  throw new FleetError(
    'refused-by-state',
    plainText(
      `this backup says what this machine runs, obeys, or sends customers' words to: ${shown}${more}. If it is your own, add --trusted.`,
    ),
  );
};

/** Whether the API's token of the archive is the one that is here: any other is known to whoever made the archive. */
export const isOwnToken = (here: HomePaths, file: string): boolean => {
  const own = join(here.data, 'api-token');
  return existsSync(own) && existsSync(file) && readFileSync(own).equals(readFileSync(file));
};
