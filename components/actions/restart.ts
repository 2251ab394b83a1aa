import type { SessionRow } from '../../src/protocol/fleet.ts';
import { at } from '../keys/footers.ts';
import { fleetAndSession } from '../keys/keymap.ts';
import { defineAction } from './core/action.ts';
import type { Actions } from './core/actions.ts';
import { withMany } from './core/cursor-sessions.ts';
import { onNamed } from './core/named-sessions.ts';
import { askThenRequest, notUp, pinned } from './core/session-requests.ts';

const restartSessions = (act: Actions, rows: readonly SessionRow[]): void => {
  const { verb, dialog } = act.texts();
  const what = rows.length === 1 ? dialog.restartWhat : dialog.restartWhatOfAll;
  askThenRequest(act, rows, { verb: verb.restart, what }, (target) => act.request('restart', pinned(target)), {
    problemOf: notUp(act),
  });
};

export const restart = defineAction({
  id: 'restart',
  key: { names: ['R'], on: fleetAndSession, guard: 'ask', help: { section: 'stops', place: 2, keys: 'R' } },
  footer: { 'gave-up': at(2, 2, 'restart'), running: at(9, 7, 'restart'), marked: at(3, 3, 'restart') },
  commands: [
    { name: 'restart', usage: 'restart [NAME...|--all]', arguments: ['session'], run: onNamed(restartSessions) },
  ],
  run: { sessions: withMany(restartSessions) },
});
