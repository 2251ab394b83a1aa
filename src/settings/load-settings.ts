import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse as parseDotenv } from 'dotenv';
import { type HomePaths, homePaths } from '../home/home-paths.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import {
  parseSettings,
  rawSettings,
  type SecretName,
  type Secrets,
  type Settings,
  secretNames,
  settingNames,
} from './settings.ts';

export type SettingSource = 'environment' | 'FLEET_HOME/data/.env' | '.env' | 'default';

export interface LoadedSettings {
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly paths: HomePaths;
  /** The values as texts, only what is set: the environment that the master is started with. */
  readonly raw: Readonly<Record<string, string>>;
  /** Where each value came from, for `doctor`. */
  readonly sources: Readonly<Record<string, SettingSource>>;
}

const readEnvFile = (path: string): Record<string, string> => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return {};
    throw new FleetError('usage', `cannot read ${path}: ${messageOf(error)}. Mend its permissions or remove it.`, {
      cause: error,
    });
  }
  checkEnvLines(path, text);
  return parseDotenv(text);
};

/** dotenv passes over what it does not understand; a line that is neither a comment nor NAME=value is said instead. */
const checkEnvLines = (path: string, text: string): void => {
  let openQuote: string | null = null;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (openQuote !== null) {
      if (line.includes(openQuote)) openQuote = null;
      continue;
    }
    if (line.trim() === '' || /^\s*#/.test(line)) continue;
    const match = /^\s*(?:export\s+)?[\w.-]+\s*[=:]\s*(.*)$/.exec(line);
    if (match === null) {
      throw new FleetError('usage', `${path} line ${index + 1} is not NAME=value. Mend or remove that line.`);
    }
    const value = match[1] ?? '';
    const quote = /^(["'`])/.exec(value)?.[1];
    if (quote !== undefined && !value.slice(1).includes(quote)) openQuote = quote;
  }
  if (openQuote !== null)
    throw new FleetError('usage', `${path} has a quote (${openQuote}) that is never closed. Close it.`);
};

/**
 * Reads process environment, `FLEET_HOME/data/.env` and `.env` of the working directory, in that precedence, and **removes every secret
 * from `env`**: pm2 copies the environment into its record and its daemon. Throws `usage`.
 */
export const loadSettings = (options: {
  readonly env: Record<string, string | undefined>;
  readonly cwd: string;
  /** From `--home`; wins over FLEET_HOME. */
  readonly home?: string | undefined;
}): LoadedSettings => {
  const { env, cwd } = options;
  const local = readEnvFile(join(cwd, '.env'));
  const given = options.home ?? env['FLEET_HOME']?.trim();
  const home = resolve(cwd, given || local['FLEET_HOME']?.trim() || join(homedir(), '.zap-fleet'));
  const saved = readEnvFile(homePaths(home).envFile);
  const layers: readonly [SettingSource, Readonly<Record<string, string | undefined>>][] = [
    ['environment', env],
    ['FLEET_HOME/data/.env', saved],
    ['.env', local],
  ];
  const merged: Record<string, string> = {};
  const sources: Record<string, SettingSource> = {};
  for (const name of [...settingNames, ...secretNames]) {
    sources[name] = 'default';
    for (const [source, values] of layers) {
      const value = values[name];
      if (value !== undefined && value.trim() !== '') {
        merged[name] = value;
        sources[name] = source;
        break;
      }
    }
  }
  const secrets: Partial<Record<SecretName, string>> = {};
  for (const name of secretNames) {
    const value = merged[name]?.trim();
    if (value !== undefined) secrets[name] = value;
    delete env[name];
  }
  const settings = parseSettings(merged);
  const inHome = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : resolve(home, path);
  return {
    settings,
    secrets: Object.freeze(secrets),
    paths: homePaths(home, { pm2: inHome(settings.PM2_HOME), logs: inHome(settings.PM2_LOG_DIR) }),
    raw: rawSettings(merged),
    sources,
  };
};

/**
 * The settings as they are now, for the same home: after a SIGHUP, or when the program itself has changed them. Secrets that came with the
 * environment were taken out of it and are put back for this. Throws `usage`.
 */
export const loadSettingsAgain = (
  loaded: LoadedSettings,
  options: { readonly env: Readonly<Record<string, string | undefined>>; readonly cwd: string },
): LoadedSettings => {
  const env: Record<string, string | undefined> = { ...options.env };
  for (const name of secretNames) if (loaded.sources[name] === 'environment') env[name] = loaded.secrets[name];
  return loadSettings({ env, cwd: options.cwd, home: loaded.paths.home });
};
