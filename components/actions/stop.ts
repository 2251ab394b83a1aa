import type { SessionRow } from '../../src/protocol/fleet.ts';
import { at, onRows, rowFootersBut } from '../keys/footers.ts';
import { fleetAndSession } from '../keys/keymap.ts';
import { defineAction } from './core/action.ts';
import type { Actions } from './core/actions.ts';
import { withMany } from './core/cursor-sessions.ts';
import { onNamed } from './core/named-sessions.ts';
import { askThenRequest, pinned } from './core/session-requests.ts';

const stopSessions = (act: Actions, rows: readonly SessionRow[]): void => {
  const { verb, dialog } = act.texts();
  const what = rows.length === 1 ? dialog.stopWhat : dialog.stopWhatOfAll;
  askThenRequest(act, rows, { verb: verb.stop, what }, (target) => act.request('stop', pinned(target)));
};

export const stop = defineAction({
  id: 'stop',
  key: { names: ['S'], on: fleetAndSession, guard: 'ask', help: { section: 'stops', place: 1, keys: 'S' } },
  footer: { ...onRows(rowFootersBut('stopped'), at(10, 8, 'stop')), marked: at(2, 2, 'stop'), code: at(6, 7, 'stop') },
  commands: [{ name: 'stop', usage: 'stop [NAME...|--all]', arguments: ['session'], run: onNamed(stopSessions) }],
  run: { sessions: withMany(stopSessions) },
});
