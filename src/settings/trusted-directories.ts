import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import process from 'node:process';
import { FleetError, messageOf } from '../session/fleet-error.ts';

/**
 * The directories whose `.env` the user has confirmed, as direnv does: `~/.config/zap-fleet/trusted.json`, by the directory's real path
 * and the hash of what its `.env` said then. Another place or another content is asked about again.
 */

export type TrustedDirectories = Readonly<Record<string, string>>;

/** Null: it is not what we write. */
const directoriesOf = (value: unknown): TrustedDirectories | null => {
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== 1) return null;
  if (!('directories' in value) || typeof value.directories !== 'object' || value.directories === null) return null;

  const hashes = Object.entries(value.directories);
  return hashes.every(([, hash]) => typeof hash === 'string') ? Object.fromEntries(hashes) : null;
};

export const trustFile = (env: Readonly<Record<string, string | undefined>> = process.env): string => {
  const { XDG_CONFIG_HOME: given } = env;
  const config = given !== undefined && isAbsolute(given) ? given : join(homedir(), '.config');

  return join(config, 'zap-fleet', 'trusted.json');
};

export const contentHash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Root with somebody's HOME (sudo) must not obey what that person has confirmed, nor anybody what others could write. */
const isOurs = (path: string): boolean => {
  const stat = lstatSync(path);
  return stat.uid === (process.getuid?.() ?? stat.uid) && (stat.mode & 0o022) === 0 && !stat.isSymbolicLink();
};

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** Directory to hash; none when the file is not there, not ours alone, or not what we wrote. */
export const readTrusted = (file: string): TrustedDirectories => {
  try {
    if (!isOurs(dirname(file)) || !isOurs(file)) return {};
    return directoriesOf(JSON.parse(readFileSync(file, 'utf8'))) ?? {};
  } catch (error) {
    // Whatever cannot be read confirms nothing; the user is asked again.
    if (isMissing(error) || error instanceof SyntaxError) return {};
    throw new FleetError('failed', `cannot read ${file}: ${messageOf(error)}. Mend or remove it.`, { cause: error });
  }
};

/** Replaces the file in one step; 0600 in a directory of ours. Throws `failed`. */
export const writeTrusted = (file: string, directories: TrustedDirectories): void => {
  const folder = dirname(file);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isOurs(folder)) throw new Error(`${folder} is not yours alone`);

    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, `${JSON.stringify({ version: 1, directories }, null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(temporary, file);
  } catch (error) {
    throw new FleetError('failed', `cannot write ${file}: ${messageOf(error)}. Mend its permissions.`, {
      cause: error,
    });
  }
};
