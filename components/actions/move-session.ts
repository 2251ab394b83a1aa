import type { SessionRow } from '../../src/protocol/fleet.ts';
import type { FleetResults } from '../../src/protocol/fleet-api.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { fleetAndSession } from '../keys/keymap.ts';
import { type Target, targetOf } from '../view-models/dialog-kinds.ts';
import { saidIn } from '../view-models/told.ts';
import type { View } from '../view-models/view.ts';
import { type CommandSpec, defineAction } from './core/action.ts';
import type { Actions } from './core/actions.ts';
import { called } from './core/called.ts';
import { withOne } from './core/cursor-sessions.ts';
import { onFirstNamed } from './core/named-sessions.ts';
import { pinned } from './core/session-requests.ts';

/** A session goes to another server of the group. */

const askWhere = (act: Actions, row: SessionRow): void => act.open({ kind: 'move', target: targetOf(row) });

/** What a person reads when it has ended. Throws where the session stayed. */
const endOf = (
  act: Actions,
  view: View,
  name: string,
  { outcome, node, state, reason }: FleetResults['move'],
): string => {
  const t = act.texts();
  const where = plainText(node);
  const why = reason === null ? '' : saidIn(view, plainText(reason));
  if (outcome === 'stayed') throw new Error(t.move.stays(where, why));
  if (outcome === 'cancelled') return t.move.calledBack(name, where);
  return state === 'connected' ? t.move.answers(name, where) : t.move.isThere(name, where, why);
};

/** Once the server was chosen. `anyway`: although it asks for a QR there. */
export const moveSession = (act: Actions, view: View, target: Target, node: string, anyway: boolean): void => {
  const { verb } = act.texts();
  act.run(verb.move, called(act, target.name), async () =>
    endOf(act, view, called(act, target.name), await act.request('move', { ...pinned(target), node, anyway })),
  );
};

const run: CommandSpec['run'] = (args, context) => {
  const [name, node] = args;
  if (node === undefined) return onFirstNamed(askWhere)(args, context);
  return onFirstNamed((act, row, view) => moveSession(act, view, targetOf(row), node, false))([name ?? ''], context);
};

const callBack: CommandSpec['run'] = onFirstNamed((act, row, view) => {
  const { verb } = act.texts();
  act.run(verb.callBack, called(act, row.name), async () =>
    endOf(act, view, called(act, row.name), await act.request('moveCancel', { name: row.name, actor: 'you' })),
  );
});

export const move = defineAction({
  id: 'move',
  key: { names: ['M'], on: fleetAndSession, guard: 'ask', help: { section: 'stops', place: 3.5, keys: 'M' } },
  commands: [
    { name: 'move', usage: 'move [NAME] [SERVER]', arguments: ['session', 'text'], run },
    { name: 'unmove', usage: 'unmove [NAME]', arguments: ['session'], run: callBack },
  ],
  run: { sessions: withOne(askWhere) },
});
