import type { SessionRow } from '../../src/protocol/fleet.ts';
import { at, onRows } from '../keys/footers.ts';
import { fleetAndSession } from '../keys/keymap.ts';
import { defineAction } from './core/action.ts';
import type { Actions } from './core/actions.ts';
import { withOne } from './core/cursor-sessions.ts';
import { onFirstNamed } from './core/named-sessions.ts';

const tryBot = (act: Actions, row: SessionRow): void => act.go({ screen: 'try', id: row.id });

export const tryOut = defineAction({
  id: 'try',
  key: { names: ['t'], on: fleetAndSession, help: { section: 'look', place: 3, keys: 't' } },
  footer: { ...onRows(['linking', 'code-closed', 'stopped'], at(7, 9, 'try')), running: at(7, 5, 'try') },
  commands: [{ name: 'try', usage: 'try [NAME]', arguments: ['session'], run: onFirstNamed(tryBot) }],
  run: { sessions: withOne(tryBot) },
});
