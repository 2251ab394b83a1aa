import type { TokenScope } from '../../src/session/access.ts';
import type { Action, ArgumentKind, CommandSpec } from '../actions/core/action.ts';
import { scopeOfCommand } from '../actions/needed-scopes.ts';
import { type ActionId, registry } from '../actions/registry.ts';

/** The command line (`:`): the same words as in the shell, mapped onto the door, and a few that only the screen knows. */
export interface LineCommand extends CommandSpec {
  readonly aliases: readonly string[];
  readonly arguments: readonly ArgumentKind[];
  readonly scope: TokenScope;
}

export const lineCommands: readonly LineCommand[] = registry.flatMap(({ id, commands = [] }: Action<ActionId>) =>
  commands.map((spec) => ({ aliases: [], arguments: [], scope: scopeOfCommand(id), ...spec })),
);

export const lineCommandNamed = (name: string): LineCommand | undefined =>
  lineCommands.find((command) => command.name === name || command.aliases.includes(name));
