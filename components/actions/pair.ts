import type { SessionRow } from '../../src/protocol/fleet.ts';
import { at, onRows } from '../keys/footers.ts';
import { fleetAndSession } from '../keys/keymap.ts';
import { targetOf } from '../view-models/dialog-kinds.ts';
import { defineAction } from './core/action.ts';
import type { Actions } from './core/actions.ts';
import { withOne } from './core/cursor-sessions.ts';
import { onFirstNamed } from './core/named-sessions.ts';

const askPhone = (act: Actions, row: SessionRow): void =>
  act.open({ kind: 'pair', target: targetOf(row), phone: row.expectedPhone ?? '' });

export const pair = defineAction({
  id: 'pair',
  key: { names: ['p'], on: fleetAndSession, help: { section: 'act', place: 6, keys: 'p' } },
  footer: { ...onRows(['linking', 'code-closed'], at(2, 2, 'pair')), code: at(1, 1, 'pair') },
  commands: [{ name: 'pair', usage: 'pair [NAME]', arguments: ['session'], run: onFirstNamed(askPhone) }],
  run: {
    sessions: withOne((act, row) => {
      if (row.state === 'connected') act.notify(act.texts().result.alreadyLinked(row.name), true);
      else askPhone(act, row);
    }),
  },
});
