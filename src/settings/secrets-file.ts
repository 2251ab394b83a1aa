import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { FleetError } from '../session/fleet-error.ts';
import { type SecretName, type Secrets, secretNames } from './settings.ts';
import { whyUnreadable } from './unreadable-secrets.ts';

/** By hand and not by a schema: whoever starts PM2's daemon comes by here first. Throws where it is not what `writeSecrets` writes. */
const parseSecrets = (value: unknown): Secrets => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not a list of secrets');
  const secrets: Partial<Record<SecretName, string>> = {};
  for (const [key, secret] of Object.entries(value)) {
    const name = secretNames.find((known) => known === key);
    if (name === undefined || typeof secret !== 'string') throw new Error('not a secret of this program');
    secrets[name] = secret;
  }
  return Object.freeze(secrets);
};

/** Hands the secrets on to master and workers: `run/secrets.json`, 0600, replaced in one step. */
export const writeSecrets = (path: string, secrets: Secrets): void => {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(secrets), { mode: 0o600 });
  renameSync(temporary, path);
};

/** Reads `run/secrets.json`; none when there is no such file. Throws `failed` when it is not readable. */
export const readSecrets = (path: string): Secrets => {
  try {
    return parseSecrets(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new FleetError(
      'failed',
      `cannot read ${path}: ${whyUnreadable(error)}. Start again with "zap-fleet master stop" and "zap-fleet".`,
    );
  }
};
