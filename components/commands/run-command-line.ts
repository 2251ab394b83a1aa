import type { SessionRow } from '../../src/protocol/fleet.ts';
import { messageOf } from '../../src/session/fleet-error.ts';
import { nearestWord } from '../../src/session/nearest-word.ts';
import { plainText } from '../../src/session/plain-text.ts';
import type { ArgumentKind, CommandLineContext } from '../actions/core/action.ts';
import { refusalOf } from '../actions/needed-scopes.ts';
import { writtenText } from '../paint/field.ts';
import { type LineCommand, lineCommandNamed, lineCommands } from './line-commands.ts';

/** Running and completing what was typed after `:`. */

/** As in the shell, one word where quotes stand around it; a quote within a word, or one without its like, is a sign as any other. */
const words = /"[^"]*"(?=\s|$)|'[^']*'(?=\s|$)|\S+/g;
const quoted = /^(?:"([^"]*)"|'([^']*)')$/;

/** Parted at blanks alone: the breaks of a pasted text are its own, and go with its words to whoever is written to. */
const split = (text: string): readonly string[] => text.match(words) ?? [];
const bare = (word: string): string => writtenText(word.replace(quoted, '$1$2'));

/** Quotes part words and are gone with that; those within a text are what a customer is to read. */
const argumentsOf = (given: readonly string[], { textFrom = given.length }: LineCommand): readonly string[] => {
  const from = typeof textFrom === 'number' ? textFrom : textFrom(given);
  const text = given.slice(from);
  return [...given.slice(0, from).map(bare), ...text.map(text.length === 1 ? bare : writtenText)];
};

/** The sessions that are named, or those that a command without a name acts on. */
const rowsNamed = (args: readonly string[], { view, rows }: CommandLineContext): readonly SessionRow[] => {
  const named = view.snapshot.sessions.filter(({ name }) => args.includes(name));
  return named.length > 0 ? named : rows;
};

/** Runs one command line; what is wrong with it is said above the footer. */
export const runCommandLine = (text: string, context: CommandLineContext): void => {
  const [typed, ...given] = split(text);
  if (typed === undefined) return;
  const { act, view } = context;
  const name = bare(typed);
  const found = lineCommandNamed(name);
  if (found === undefined) {
    const known = lineCommands.flatMap((command) => [command.name, ...command.aliases]);
    act.notify(view.t.command.unknown(plainText(name), nearestWord(name, known)), true);
    return;
  }
  const args = argumentsOf(given, found);
  const refusal = refusalOf(view, rowsNamed(args, context), found.scope);
  if (refusal !== null) {
    act.notify(refusal, true);
    return;
  }
  try {
    if (found.run(args, context)) return;
    const { command } = view.t;
    const isAboutNobody = args.length === 0 && context.rows.length === 0 && found.arguments[0] === 'session';
    act.notify((isAboutNobody ? command.nobodyHere : command.usage)(found.usage), true);
  } catch (error) {
    act.notify(plainText(messageOf(error)), true);
  }
};

const commonStart = (words: readonly string[]): string => {
  let start = words[0] ?? '';
  for (const word of words) while (!word.startsWith(start)) start = start.slice(0, -1);
  return start;
};

export interface Completion {
  /** What tab makes of the line. */
  readonly text: string;
  /** What stands before the word that is completed, with its blank. */
  readonly before: string;
  /** The words that it may become. */
  readonly options: readonly string[];
}

const candidatesOf = (kind: ArgumentKind, before: readonly string[], names: readonly string[]): readonly string[] => {
  if (kind === 'session') return names;
  if (kind === 'text') return [];
  return typeof kind === 'function' ? kind(before, names) : kind;
};

/** What tab makes of a command line, and what could follow. */
export const completeCommand = (text: string, names: readonly string[]): Completion => {
  const words = text.trimStart().split(/\s+/);
  const last = words.at(-1) ?? '';
  const earlier = words.slice(0, -1);
  const before = earlier.map((word) => `${word} `).join('');
  const found = earlier.length === 0 ? undefined : lineCommandNamed(earlier[0] ?? '');
  const kind = found?.arguments[Math.min(earlier.length - 1, found.arguments.length - 1)];
  const candidates =
    earlier.length === 0
      ? lineCommands.map(({ name }) => name)
      : kind === undefined
        ? []
        : candidatesOf(kind, earlier.slice(1), names);
  const options = candidates.filter((word) => word.toLowerCase().startsWith(last.toLowerCase()));
  if (options.length === 0) return { text, before, options };

  return { text: `${before}${options.length === 1 ? `${options[0]} ` : commonStart(options)}`, before, options };
};

/** Where one is in the words that tab offers one after the other. */
export interface Round extends Pick<Completion, 'before' | 'options'> {
  readonly at: number;
}

/** What the next tab makes of the line: first what all the words have in common, then one after the other, in a circle. */
export const nextCompletion = (
  text: string,
  names: readonly string[],
  round: Round | null,
  step: 1 | -1,
): { readonly text: string; readonly round: Round | null } => {
  if (round !== null) {
    const at = (round.at + step + round.options.length) % round.options.length;
    return { text: `${round.before}${round.options[at] ?? ''}`, round: { ...round, at } };
  }

  const { text: completed, before, options } = completeCommand(text, names);
  if (options.length < 2 || completed.length > text.trimStart().length) return { text: completed, round: null };
  const at = step === 1 ? 0 : options.length - 1;
  return { text: `${before}${options[at] ?? ''}`, round: { before, options, at } };
};
