import type { SessionRow } from '../../src/protocol/fleet.ts';
import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';
import type { Actions } from './core/actions.ts';
import { called } from './core/called.ts';
import type { Context } from './core/contexts.ts';
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

/** One of an incident's bots, to see whether it is over: any that still has a page. The restarts stay the master's, which are paused. */
const checkOneOf = ({ act, view, incident }: Context<'incident'>): void => {
  if (incident === undefined) return;

  const { incident: words } = view.t;
  const title = words.title(Math.floor(incident.id));
  const row = view.snapshot.sessions.find(({ id, pid }) => pid !== null && incident.sessionIds.includes(id));
  if (incident.endedAt !== null) act.notify(words.isOver(title));
  else if (row === undefined) act.notify(words.noneRuns(title), true);
  else checkSession(act, row);
};

export const check = defineAction({
  id: 'check',
  key: { names: ['r'], on: 'all', help: { section: 'look', place: 6, keys: 'r' } },
  footer: { incidents: at(2.5, 4, 'testOne') },
  commands: [{ name: 'check', usage: 'check [NAME]', arguments: ['session'], run: onFirstNamed(checkSession) }],
  run: { sessions: withOne(checkSession), incident: checkOneOf },
});
