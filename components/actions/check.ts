import type { SessionRow } from '../../src/protocol/fleet.ts';
import { defineAction } from './core/action.ts';
import type { Actions } from './core/actions.ts';
import { called } from './core/called.ts';
import { withOne } from './core/cursor-sessions.ts';
import { onFirstNamed } from './core/named-sessions.ts';

/** Asks the session's page, now, whether it is well. */
const checkSession = (act: Actions, row: SessionRow): void =>
  act.open({
    kind: 'info',
    title: act.texts().dialog.checkTitle(called(act, row.name)),
    load: async () => (await act.request('check', { name: row.name })).words,
    copy: null,
  });

export const check = defineAction({
  id: 'check',
  key: { names: ['r'], on: 'all', help: { section: 'look', place: 6, keys: 'r' } },
  commands: [{ name: 'check', usage: 'check [NAME]', arguments: ['session'], run: onFirstNamed(checkSession) }],
  run: { sessions: withOne(checkSession) },
});
