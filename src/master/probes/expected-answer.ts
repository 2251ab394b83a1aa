import { createContext, Script } from 'node:vm';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import { mostExpect } from '../../session/probe.ts';
import type { Milliseconds } from '../../session/units.ts';

/**
 * What an answer has to say, as a regular expression that a person wrote: one that could take for ever must not hold up the master. A
 * running match is broken off by V8 when its script's time is over.
 */

/** Of the clock: on a machine short of everything the plainest match has taken 50. */
const matchWithin: Milliseconds = 250;
const mostText = 8000;

const context = createContext(Object.create(null));
const matching = new Script('new RegExp(pattern, "iu").test(text)');

/** Null: it did not end in time. */
const testIn = (pattern: string, text: string): boolean | null => {
  Object.assign(context, { pattern, text });
  try {
    return matching.runInContext(context, { timeout: matchWithin }) === true;
  } catch (error) {
    // It may be an error of another context than ours.
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      return null;
    throw error;
  }
};

/** Texts on which an expression with repetitions inside repetitions does not end. */
const trials = (pattern: string): readonly string[] => {
  const letters = [...new Set(pattern.replace(/\\[a-z]|[^\p{L}\p{N}]/giu, ''))].slice(0, 6);
  const words = (pattern.match(/\p{L}{2,}/gu) ?? []).slice(0, 4);
  return ['a', '1', ' ', 'a ', '.', ...letters, ...words].map((letter) => `${letter.repeat(2000)}\u0000`);
};

/** Throws `usage`: it is no expression, too long, or could take for ever. */
export const checkExpect = (pattern: string): void => {
  if (pattern.length > mostExpect)
    throw new FleetError('usage', `--expect has ${pattern.length} characters; ${mostExpect} are the most.`);
  try {
    new RegExp(pattern, 'iu');
  } catch (error) {
    throw new FleetError(
      'usage',
      `--expect is no regular expression: ${messageOf(error)}. Example: --expect "abr|hora"`,
      { cause: error },
    );
  }
  if (trials(pattern).some((text) => testIn(pattern, text) === null))
    throw new FleetError(
      'usage',
      '--expect could take for ever on some answers: leave out repetitions inside repetitions. Example: --expect "abr|hora"',
    );
};

/** Whether an answer says what is expected, whatever its case. One that takes too long does not. */
export const isExpected = (pattern: string | null, answer: string): boolean =>
  pattern === null || testIn(pattern, answer.slice(0, mostText)) === true;
