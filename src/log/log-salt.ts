import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FleetError, messageOf } from '../session/fleet-error.ts';

const saltBytes = 32;

const readSalt = (path: string): Uint8Array | null => {
  try {
    const salt = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex');
    if (salt.length !== saltBytes)
      throw new FleetError('failed', `${path} is damaged. Remove it; numbers in the logs then get new tags.`);
    return salt;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    if (error instanceof FleetError) throw error;
    throw new FleetError('failed', `cannot read ${path}: ${messageOf(error)}. Mend its permissions.`, { cause: error });
  }
};

/**
 * The fleet's own salt for the tags of phone numbers in logs (`FLEET_HOME/data/log-salt`, 0600), made on first use by whichever
 * process comes first. Without it the tags could be turned back into numbers by trying them all. Throws `failed`.
 */
export const logSalt = (path: string): Uint8Array => {
  const known = readSalt(path);
  if (known !== null) return known;
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(temporary, randomBytes(saltBytes).toString('hex'), { mode: 0o600, flag: 'wx' });
  try {
    // A link never replaces: of two processes that come at once, one wins and both read the winner's.
    linkSync(temporary, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    unlinkSync(temporary);
  }
  const made = readSalt(path);
  if (made === null) throw new FleetError('failed', `${path} vanished while it was made. Start again.`);
  return made;
};

/** Beside the database, so that a backup keeps the tags searchable. */
export const logSaltFile = (dataDirectory: string): string => join(dataDirectory, 'log-salt');
