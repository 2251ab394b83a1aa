import type { ArgumentKind, CommandSpec } from '../actions/core/action.ts';
import { registry } from '../actions/registry.ts';

/** The command line (`:`): the same words as in the shell, mapped onto the door, and a few that only the screen knows. */
export interface LineCommand extends CommandSpec {
  readonly aliases: readonly string[];
  readonly arguments: readonly ArgumentKind[];
}

export const lineCommands: readonly LineCommand[] = registry.flatMap(({ commands = [] }) =>
  commands.map((spec) => ({ aliases: [], arguments: [], ...spec })),
);

export const lineCommandNamed = (name: string): LineCommand | undefined =>
  lineCommands.find((command) => command.name === name || command.aliases.includes(name));
