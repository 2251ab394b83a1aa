import { readFileSync } from 'node:fs';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { secretNames } from './settings.ts';

/** Longer is no key or token: whoever named a device or a log by mistake is told. */
const longestSecret = 10_000;

const readSecretFile = (name: string, path: string): string => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new FleetError('usage', `${name}_FILE cannot be read: ${messageOf(error)}. Name the file of the secret.`, {
      cause: error,
    });
  }
  if (text === '' || text.length > longestSecret || text.includes('\n'))
    throw new FleetError('usage', `${name}_FILE: ${path} does not hold one line with the secret.`);

  return text;
};

/** The values, and of secrets that are named by `NAME_FILE` (as container engines hand them out) the file's line. Throws `usage`. */
export const withSecretFiles = (
  values: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> => {
  const found: Record<string, string> = {};
  for (const name of secretNames) {
    const path = values[`${name}_FILE`]?.trim();
    const isSet = (values[name] ?? '').trim() !== '';
    if (path !== undefined && path !== '' && !isSet) found[name] = readSecretFile(name, path);
  }

  return { ...values, ...found };
};
