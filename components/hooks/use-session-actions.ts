import type { SessionRow } from '../../src/protocol/fleet.ts';
import { editInstructions } from '../actions/edit-instructions.ts';
import {
  askByName,
  checkSession,
  linkSession,
  pairSession,
  pauseSessions,
  restartSessions,
  startSessions,
  stopSessions,
  whySession,
} from '../actions/session-actions.ts';
import { useDo, useView } from './contexts.ts';
import type { Handlers } from './use-keys.ts';

/** What the keys of a session do, for the marked rows or the one under the cursor (`many`), and for one alone (`one`). */
export const useSessionHandlers = (one: SessionRow | null, many: readonly SessionRow[]): Handlers => {
  const act = useDo();
  const view = useView();
  const withOne = (work: (row: SessionRow) => void) => () => {
    if (one === null) act.notify(view.t.fleet.nothingHere);
    else work(one);
    return true;
  };
  const withMany = (work: (rows: readonly SessionRow[]) => void) => () => {
    if (many.length === 0) act.notify(view.t.fleet.nothingHere);
    else work(many);
    return true;
  };
  return {
    start: withMany((rows) => startSessions(act, rows)),
    stop: withMany((rows) => stopSessions(act, rows)),
    restart: withMany((rows) => restartSessions(act, rows)),
    pause: withMany((rows) => pauseSessions(act, rows)),
    logout: withMany((rows) => askByName(act, 'logout', rows)),
    delete: withMany((rows) => askByName(act, 'delete', rows)),
    create: () => {
      act.open({ kind: 'create' });
      return true;
    },
    pair: withOne((row) => {
      if (row.state === 'connected') act.notify(view.t.result.alreadyLinked(row.name), true);
      else pairSession(act, row);
    }),
    link: withOne((row) => linkSession(act, row)),
    settings: withOne((row) => act.go({ screen: 'session', id: row.id, tab: 5 })),
    prompt: withOne((row) => editInstructions(act, row.name)),
    try: withOne((row) => act.runProgram(['try', row.name])),
    why: withOne((row) => whySession(act, row, view)),
    check: withOne((row) => checkSession(act, row)),
  };
};
