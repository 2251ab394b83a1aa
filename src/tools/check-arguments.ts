import { z } from 'zod';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import { toolBounds } from '../session/tool.ts';

/** JSON schemas of tools, read by zod: what it cannot hold a value against is refused when the tool is added, not skipped at a call. */

type Schema = Readonly<Record<string, unknown>>;

/** Keywords that zod reads past: a rule that nobody checks is no rule. */
const unchecked = ['uniqueItems', 'contains', 'minContains', 'maxContains', 'dependentRequired', 'dependencies'];

const uncheckedIn = (value: unknown, depth = 0): string | null => {
  if (typeof value !== 'object' || value === null || depth > 40) return null;
  if (!Array.isArray(value)) {
    const found = unchecked.find((word) => Object.hasOwn(value, word) && typeof (value as Schema)['type'] === 'string');
    if (found !== undefined) return found;
  }
  for (const inner of Object.values(value)) {
    const found = uncheckedIn(inner, depth + 1);
    if (found !== null) return found;
  }
  return null;
};

const readers = new Map<string, z.ZodType>();
/** A schema is read once, as long as it is the same. */
const mostReaders = 50;

const readerOf = (schema: Schema): z.ZodType => {
  const key = JSON.stringify(schema);
  const known = readers.get(key);
  if (known !== undefined) return known;

  const reader = z.fromJSONSchema(schema);
  if (readers.size >= mostReaders) readers.clear();
  readers.set(key, reader);
  return reader;
};

/** The schema of a tool's arguments. Throws `usage` with what is wrong. */
export const checkSchema = (value: unknown): Schema => {
  const refuse = (why: string): never => {
    throw new FleetError(
      'usage',
      `the schema ${why}. Example: {"type":"object","properties":{"day":{"type":"string","format":"date"}},"required":["day"]}`,
    );
  };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('must be a JSON object');
  const schema = value as Schema;
  if (schema['type'] !== 'object') return refuse('must be of the type object');
  if (JSON.stringify(schema).length > toolBounds.schema)
    return refuse(`may have ${toolBounds.schema} characters: each of them is paid for with every question`);

  const word = uncheckedIn(schema);
  if (word !== null) return refuse(`has ${word}, which is not checked here: leave it out`);
  try {
    readerOf(schema);
  } catch (error) {
    return refuse(`cannot be used: ${plainText(messageOf(error))}`);
  }
  return schema;
};

const longestProblem = 500;

/** What is wrong with the arguments, for the model that wrote them; null: nothing. */
export const argumentsProblem = (schema: Schema, given: unknown): string | null => {
  const parsed = readerOf(schema).safeParse(given);
  if (parsed.success) return null;
  return parsed.error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ')
    .slice(0, longestProblem);
};
