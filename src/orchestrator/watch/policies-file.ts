import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HomePaths } from '../../home/home-paths.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import { defaultPolicies, type HealthPolicies } from '../health/policies.ts';

/** `data/policies.json`: an operator's own numbers for the health policies; every part may be left out. */
export const policiesFile = (paths: HomePaths): string => join(paths.data, 'policies.json');

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const firstName = (base: Readonly<Record<string, unknown>>): string => Object.keys(base)[0] ?? '';

const merge = (base: unknown, given: unknown, path: string): unknown => {
  if (isObject(base)) {
    if (!isObject(given))
      throw new FleetError(
        'usage',
        `${path} must be names with values, in braces. Example: {"${firstName(base)}": …}.`,
      );
    const merged: Record<string, unknown> = { ...base };
    for (const [key, value] of Object.entries(given)) {
      if (!Object.hasOwn(base, key)) throw new FleetError('usage', `${path}.${key}: there is no such policy.`);
      merged[key] = merge(base[key], value, `${path}.${key}`);
    }
    return merged;
  }
  if (typeof given !== 'number' || !Number.isFinite(given) || given < 0)
    throw new FleetError('usage', `${path} must be a number that is not negative. Example: ${String(base)}.`);
  return given;
};

/** `base` with the parts of `given` in their place. Throws `usage` with what is wrong. */
const mergePolicies = (base: HealthPolicies, given: unknown): HealthPolicies =>
  merge(base, given, 'policies') as HealthPolicies;

/** The policies of a fleet: the defaults, changed by its file where there is one. Throws `usage` with what is wrong in it. */
export const readPolicies = (paths: HomePaths): HealthPolicies => {
  const file = policiesFile(paths);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return defaultPolicies;
    throw new FleetError('usage', `cannot read ${file}: ${messageOf(error)}. Mend or remove it.`, { cause: error });
  }
  try {
    return mergePolicies(defaultPolicies, JSON.parse(text));
  } catch (error) {
    const what =
      error instanceof SyntaxError
        ? 'this is no JSON: a comma, a quote or a bracket is missing, or one too many stands there. Example: {"session": {"maxQrCodes": 6}}.'
        : messageOf(error);
    throw new FleetError('usage', `${file}: ${what} Mend or remove it.`, { cause: error });
  }
};
