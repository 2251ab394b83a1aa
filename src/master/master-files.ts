import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HomePaths } from '../home/home-paths.ts';
import { type MasterConfig, parseMasterConfig } from '../protocol/launch-request.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';

/** What lies in `run/` beside the socket: how the master was started, and why it could not. */

const configFile = (paths: HomePaths): string => join(paths.run, 'master.json');
const failureFile = (paths: HomePaths): string => join(paths.run, 'master.failed');

export const masterLog = (paths: HomePaths): string => join(paths.logs, 'master.log');

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

const replaceFile = (path: string, text: string): void => {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, path);
};

export const writeMasterConfig = (paths: HomePaths, config: MasterConfig): void =>
  replaceFile(configFile(paths), JSON.stringify(config));

export const hasMasterConfig = (paths: HomePaths): boolean => existsSync(configFile(paths));

/** Throws `failed` when the master was not started by `launch`. */
export const readMasterConfig = (paths: HomePaths): MasterConfig => {
  try {
    return parseMasterConfig(JSON.parse(readFileSync(configFile(paths), 'utf8')));
  } catch (error) {
    throw new FleetError(
      'failed',
      `cannot read ${configFile(paths)}: ${messageOf(error)}. Start the fleet with "zap-fleet" or "zap-fleet --daemon".`,
      { cause: error },
    );
  }
};

export const writeMasterFailure = (paths: HomePaths, message: string): void =>
  replaceFile(failureFile(paths), JSON.stringify({ message }));

export const clearMasterFailure = (paths: HomePaths): void => rmSync(failureFile(paths), { force: true });

/** The one line that the last master left when it could not start; null when it could. */
export const readMasterFailure = (paths: HomePaths): string | null => {
  try {
    const value: unknown = JSON.parse(readFileSync(failureFile(paths), 'utf8'));
    return typeof value === 'object' && value !== null && 'message' in value ? String(value.message) : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
};

const stoppedFile = (paths: HomePaths): string => join(paths.run, 'master.stopped');

/** Left by a master that was stopped on purpose, so that whoever keeps it running knows. */
export const writeMasterStopped = (paths: HomePaths, sessions: boolean): void =>
  replaceFile(stoppedFile(paths), JSON.stringify({ sessions }));

export const clearMasterStopped = (paths: HomePaths): void => rmSync(stoppedFile(paths), { force: true });

/** How the last master was stopped on purpose; null when it was not. */
export const readMasterStopped = (paths: HomePaths): { readonly sessions: boolean } | null => {
  try {
    const value: unknown = JSON.parse(readFileSync(stoppedFile(paths), 'utf8'));
    return { sessions: typeof value === 'object' && value !== null && 'sessions' in value && value.sessions === true };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
};
