import type { SessionRow } from '../../../src/protocol/fleet.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { nearestName } from '../../../src/session/unknown-session.ts';
import type { View } from '../../view-models/view.ts';
import type { CommandLineContext, CommandSpec } from './action.ts';
import type { Actions } from './actions.ts';

/** The sessions that a command names; without a name those that the keys act on. Null: one of them does not exist, which was said. */
export const namedSessions = (args: readonly string[], context: CommandLineContext): readonly SessionRow[] | null => {
  if (args.length === 0) return context.rows;
  if (args[0] === '--all') return context.view.snapshot.sessions;

  const names = context.view.snapshot.sessions.map((row) => row.name);
  const rows: SessionRow[] = [];
  for (const name of args) {
    const row = context.view.snapshot.sessions.find((found) => found.name === name);
    if (row === undefined) {
      context.act.notify(context.view.t.command.noSession(plainText(name), nearestName(name, names)), true);
      return null;
    }
    rows.push(row);
  }
  return rows;
};

export const onNamed =
  (work: (act: Actions, rows: readonly SessionRow[]) => void): CommandSpec['run'] =>
  (args, context) => {
    const rows = namedSessions(args, context);
    if (rows !== null && rows.length > 0) work(context.act, rows);
    return rows === null || rows.length > 0;
  };

export const onFirstNamed =
  (work: (act: Actions, row: SessionRow, view: View) => void): CommandSpec['run'] =>
  (args, context) => {
    // What nobody reads is not passed over: it may have been meant.
    if (args.length > 1) return false;
    const rows = namedSessions(args, context);
    const row = rows?.[0];
    if (row !== undefined) work(context.act, row, context.view);
    return rows === null || row !== undefined;
  };
