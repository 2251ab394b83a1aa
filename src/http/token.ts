import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { linkSync, lstatSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FleetError, messageOf } from '../session/fleet-error.ts';

export const apiTokenFile = (dataDirectory: string): string => join(dataDirectory, 'api-token');

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

const readToken = (path: string): string | null => {
  try {
    const stat = lstatSync(path);
    if (!stat.isFile()) throw new FleetError('failed', `${path} is not a file. Remove it; a new token is made.`);
    if ((stat.mode & 0o077) !== 0)
      throw new FleetError('failed', `others can read ${path}. Run: chmod 600 ${path} (or remove it for a new token)`);
    const token = readFileSync(path, 'utf8').trim();
    if (token.length < 16) throw new FleetError('failed', `${path} holds no token. Remove it; a new one is made.`);
    return token;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    if (error instanceof FleetError) throw error;
    throw new FleetError('failed', `cannot read ${path}: ${messageOf(error)}. Mend its permissions.`, { cause: error });
  }
};

/** A fresh token (256 random bits) in a file of its own beside `path`. */
const writeToken = (path: string): string => {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(temporary, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  return temporary;
};

/** Replaces the token's file by one with a new token, at once. */
export const renewApiToken = (path: string): void => renameSync(writeToken(path), path);

/**
 * The API's token when `FLEET_API_TOKEN` is unset: `FLEET_HOME/data/api-token` (0600), 256 random bits, made on the first start.
 * Throws `failed` when the file is damaged or others can read it.
 */
export const apiToken = (path: string): string => {
  const known = readToken(path);
  if (known !== null) return known;
  const temporary = writeToken(path);
  try {
    // A link never replaces: of two processes that come at once both end with the same token.
    linkSync(temporary, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    unlinkSync(temporary);
  }
  const made = readToken(path);
  if (made === null) throw new FleetError('failed', `${path} vanished while it was made. Start again.`);
  return made;
};

/** Compares in constant time, whatever the lengths. */
export const sameSecret = (given: string, expected: string): boolean => {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
};
