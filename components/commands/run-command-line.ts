import { messageOf } from '../../src/session/fleet-error.ts';
import { plainText } from '../../src/session/plain-text.ts';
import type { CommandLineContext } from '../actions/core/action.ts';
import { lineCommandNamed, lineCommands } from './line-commands.ts';

/** Running and completing what was typed after `:`. */

const split = (text: string): readonly string[] =>
  text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');

/** Runs one command line; what is wrong with it is said above the footer. */
export const runCommandLine = (text: string, context: CommandLineContext): void => {
  const [name, ...args] = split(text);
  if (name === undefined) return;
  const { act, view } = context;
  const found = lineCommandNamed(name);
  if (found === undefined) {
    act.notify(view.t.command.unknown(plainText(name)), true);
    return;
  }
  try {
    if (!found.run(args, context)) act.notify(view.t.command.usage(found.usage), true);
  } catch (error) {
    act.notify(plainText(messageOf(error)), true);
  }
};

const commonStart = (words: readonly string[]): string => {
  let start = words[0] ?? '';
  for (const word of words) while (!word.startsWith(start)) start = start.slice(0, -1);
  return start;
};

/** What tab makes of a command line, and what could follow. */
export const completeCommand = (
  text: string,
  names: readonly string[],
): { readonly text: string; readonly options: readonly string[] } => {
  const words = text.split(/\s+/);
  const last = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const found = before.length === 0 ? undefined : lineCommandNamed(before[0] ?? '');
  const kind = found?.arguments[Math.min(before.length - 1, found.arguments.length - 1)];
  const candidates =
    before.length === 0
      ? lineCommands.map(({ name }) => name)
      : kind === 'session'
        ? names
        : kind === undefined || kind === 'text'
          ? []
          : kind;
  const options = candidates.filter((word) => word.startsWith(last));
  if (options.length === 0) return { text, options };
  const completed = [...before, options.length === 1 ? `${options[0]} ` : commonStart(options)].join(' ');
  return { text: completed, options };
};
