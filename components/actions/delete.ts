import type { SessionRow } from '../../src/protocol/fleet.ts';
import { at, onRows, rowFootersBut } from '../keys/footers.ts';
import { fleetAndSession } from '../keys/keymap.ts';
import { type Target, targetOf } from '../view-models/dialog-kinds.ts';
import { defineAction } from './core/action.ts';
import type { Actions } from './core/actions.ts';
import { withMany } from './core/cursor-sessions.ts';
import { onNamed } from './core/named-sessions.ts';
import { pinned, unlinkForEach } from './core/session-requests.ts';

const askDelete = (act: Actions, rows: readonly SessionRow[]): void => {
  if (rows.length > 0) act.open({ kind: 'name', action: 'delete', targets: rows.map(targetOf) });
};

/** Once the name was typed. `purge`: its chats and messages are erased too. */
export const deleteSessions = (act: Actions, targets: readonly Target[], purge: boolean): void =>
  unlinkForEach(act, act.texts().verb.delete, targets, (target) => act.request('delete', { ...pinned(target), purge }));

export const remove = defineAction({
  id: 'delete',
  key: { names: ['D'], on: fleetAndSession, guard: 'name', help: { section: 'forever', place: 2, keys: 'D' } },
  footer: {
    // Where a bot can still be helped, what helps it stays longer.
    ...onRows(rowFootersBut('linking', 'running'), at(11, 5, 'delete')),
    ...onRows(['linking', 'running'], at(11, 9, 'delete')),
    marked: at(5, 5, 'delete'),
    code: at(7, 3, 'delete'),
  },
  commands: [{ name: 'delete', usage: 'delete [NAME]', arguments: ['session'], run: onNamed(askDelete) }],
  run: { sessions: withMany(askDelete) },
});
