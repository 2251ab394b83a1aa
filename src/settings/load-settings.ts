import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type HomePaths, homePaths } from '../home/home-paths.ts';
import { readEnvFile } from './env-file.ts';
import { type EnvRefusal, examineEnvFile, takeEnvFile } from './env-file-trust.ts';
import { withSecretFiles } from './secret-files.ts';
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
  /** What of the working directory's `.env` was not taken, and why; null: nothing. */
  readonly refused: EnvRefusal | null;
}

const isFilled = (value: string | undefined): value is string => value !== undefined && value.trim() !== '';

/** The value that counts of each name, and where it came from. */
const mergeLayers = (
  layers: readonly [SettingSource, Readonly<Record<string, string | undefined>>][],
): { merged: Record<string, string>; sources: Record<string, SettingSource> } => {
  const merged: Record<string, string> = {};
  const sources: Record<string, SettingSource> = {};

  for (const name of [...settingNames, ...secretNames]) {
    sources[name] = 'default';
    for (const [source, values] of layers) {
      const value = values[name];
      if (!isFilled(value)) continue;
      merged[name] = value;
      sources[name] = source;
      break;
    }
  }

  return { merged, sources };
};

/** Takes every secret out of `env`. */
const takeSecrets = (merged: Readonly<Record<string, string>>, env: Record<string, string | undefined>): Secrets => {
  const secrets: Partial<Record<SecretName, string>> = {};
  for (const name of secretNames) {
    const value = merged[name]?.trim();
    if (value !== undefined) secrets[name] = value;
    delete env[name];
  }

  return Object.freeze(secrets);
};

/**
 * Reads process environment, `FLEET_HOME/data/.env` and `.env` of the working directory, in that precedence, and **removes every secret
 * from `env`**: pm2 copies the environment into its record and its daemon. How far the last one is obeyed: `env-file-trust.ts`. Throws
 * `usage`.
 */
export const loadSettings = (options: {
  readonly env: Record<string, string | undefined>;
  readonly cwd: string;
  /** From `--home`; wins over FLEET_HOME. */
  readonly home?: string | undefined;
}): LoadedSettings => {
  const { env, cwd } = options;
  const given = options.home ?? env['FLEET_HOME']?.trim();
  const usualHome = resolve(cwd, given || join(homedir(), '.zap-fleet'));
  const file = examineEnvFile({ directory: cwd, home: usualHome, env });
  const { values: early } = takeEnvFile(file, usualHome, () => false);
  const home = given ? usualHome : resolve(cwd, early['FLEET_HOME']?.trim() || usualHome);

  const saved = readEnvFile(homePaths(home).envFile);
  const isSet = (name: string): boolean =>
    name === 'FLEET_HOME' ? Boolean(given) : isFilled(env[name]) || isFilled(saved[name]);
  const { values: local, refused } = takeEnvFile(file, home, isSet);
  const { merged, sources } = mergeLayers([
    ['environment', withSecretFiles(env)],
    ['FLEET_HOME/data/.env', withSecretFiles(saved)],
    // A directory that somebody entered names no file that is read and sent on.
    ['.env', local],
  ]);
  const secrets = takeSecrets(merged, env);
  const settings = parseSettings(merged);
  const inHome = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : resolve(home, path);
  return {
    settings,
    secrets,
    paths: homePaths(home, { pm2: inHome(settings.PM2_HOME), logs: inHome(settings.PM2_LOG_DIR) }),
    raw: rawSettings(merged),
    sources,
    refused,
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
  for (const name of secretNames)
    if (loaded.sources[name] === 'environment' && !isFilled(env[`${name}_FILE`])) env[name] = loaded.secrets[name];
  return loadSettings({ env, cwd: options.cwd, home: loaded.paths.home });
};
