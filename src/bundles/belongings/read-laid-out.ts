import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { FleetError } from '../../session/fleet-error.ts';

/** The last moment that a `Date` can be. */
const latest = 8.64e15;
export const momentSchema = z.number().int().min(0).max(latest);
export const actorSchema = z.string().max(200);

export const notUnderstood = (what: string, cause?: unknown): FleetError =>
  new FleetError('failed', `what the bundle says of ${what} is not understood. Nothing of it was used.`, { cause });

/** One JSON file of what came. Throws `failed`. */
export const readLaidOut = async <T>(file: string, schema: z.ZodType<T>, what: string): Promise<T> => {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw notUnderstood(what, error);
  }
};
