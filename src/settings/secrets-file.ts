import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { FleetError } from '../session/fleet-error.ts';
import { type Secrets, secretNames } from './settings.ts';
import { whyUnreadable } from './unreadable-secrets.ts';

const schema = z.partialRecord(z.enum(secretNames), z.string());

/** Hands the secrets on to master and workers: `run/secrets.json`, 0600, replaced in one step. */
export const writeSecrets = (path: string, secrets: Secrets): void => {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(secrets), { mode: 0o600 });
  renameSync(temporary, path);
};

/** Reads `run/secrets.json`; none when there is no such file. Throws `failed` when it is not readable. */
export const readSecrets = (path: string): Secrets => {
  try {
    return Object.freeze(schema.parse(JSON.parse(readFileSync(path, 'utf8'))));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new FleetError(
      'failed',
      `cannot read ${path}: ${whyUnreadable(error)}. Start again with "zap-fleet master stop" and "zap-fleet".`,
    );
  }
};
