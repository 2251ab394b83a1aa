import type { SessionRow } from '../../src/protocol/fleet.ts';
import { at } from '../keys/footers.ts';
import { fleetAndSession } from '../keys/keymap.ts';
import { type Target, targetOf } from '../view-models/dialog-kinds.ts';
import { defineAction } from './core/action.ts';
import type { Actions } from './core/actions.ts';
import { withMany } from './core/cursor-sessions.ts';
import { onNamed } from './core/named-sessions.ts';
import { pinned, unlinkForEach } from './core/session-requests.ts';

const askLogout = (act: Actions, rows: readonly SessionRow[]): void => {
  if (rows.length > 0) act.open({ kind: 'name', action: 'logout', targets: rows.map(targetOf) });
};

/** Once the name was typed: the phone forgets the bot. */
export const logoutSessions = (act: Actions, targets: readonly Target[]): void =>
  unlinkForEach(act, act.texts().verb.logout, targets, (target) => act.request('logout', pinned(target)));

export const logout = defineAction({
  id: 'logout',
  key: { names: ['U'], on: fleetAndSession, guard: 'name', help: { section: 'forever', place: 1, keys: 'U' } },
  footer: { 'wrong-number': at(2, 2, 'logout') },
  commands: [
    { name: 'logout', aliases: ['unlink'], usage: 'logout [NAME]', arguments: ['session'], run: onNamed(askLogout) },
  ],
  run: { sessions: withMany(askLogout) },
});
