import { readFile, stat } from 'node:fs/promises';
import { FleetError } from '../../session/fleet-error.ts';
import { maxInstructions } from '../../session/instructions.ts';
import { plainText } from '../../session/plain-text.ts';
import { whyNotRead } from '../../session/why-not-read.ts';
import { listOption, type Options, textOption } from './command.ts';

/** What a rehearsal or a canary tries, as it stands on the command line. */

/** Of UTF-8, four a character at most. */
const mostBytes = maxInstructions * 4;

const readInstructions = async (file: string): Promise<string> => {
  try {
    if ((await stat(file)).size > mostBytes)
      throw new FleetError(
        'usage',
        `${file} is longer than ${maxInstructions} characters, which instructions may have.`,
      );
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof FleetError) throw error;
    throw new FleetError('usage', `cannot read ${file}: ${whyNotRead(error)}. Give a file that exists.`, {
      cause: error,
    });
  }
};

/** Undefined: it was not given. Throws `usage`. */
export const wholeNumber = (options: Options, name: string, max: number): number | undefined => {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d{1,12}$/.test(text) || value < 1 || value > max)
    throw new FleetError(
      'usage',
      `--${name === 'promptVersion' ? 'prompt-version' : name} takes a whole number from 1 to ${max}.`,
    );
  return value;
};

/** Each `key=value` by itself: a value may have commas. */
const settingsOf = (given: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    given.map((each) => {
      const at = each.indexOf('=');
      if (at < 1)
        throw new FleetError(
          'usage',
          `--setting takes key=value, not ${plainText(each)}. Example: --setting ai_config.temperature=0.3`,
        );
      return [each.slice(0, at).trim(), each.slice(at + 1)];
    }),
  );

/** What `readTried` reads. */
export const triedOptions = [
  { flags: '--instructions <file>', help: 'with the instructions of this file' },
  { flags: '--prompt-version <version>', help: 'with a version of the instructions: prompt NAME --history' },
  { flags: '--model <model>', help: 'with this model' },
  { flags: '--setting <key=value...>', help: 'with this setting; several, one behind the other' },
] as const;

export interface TriedChange {
  readonly instructions?: string;
  readonly version?: number;
  readonly model?: string;
  readonly settings?: Record<string, string>;
}

/** `--instructions`, `--prompt-version`, `--model`, `--setting`. Throws `usage`. */
export const readTried = async (options: Options): Promise<TriedChange> => {
  const file = textOption(options, 'instructions');
  const instructions = file === undefined ? undefined : await readInstructions(file);
  const version = wholeNumber(options, 'promptVersion', 1_000_000);
  const model = textOption(options, 'model');
  const settings = settingsOf(listOption(options, 'setting'));
  return {
    ...(instructions === undefined ? {} : { instructions }),
    ...(version === undefined ? {} : { version }),
    ...(model === undefined ? {} : { model }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
};
