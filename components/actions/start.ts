import type { SessionRow } from '../../src/protocol/fleet.ts';
import { at } from '../keys/footers.ts';
import { fleetAndSession } from '../keys/keymap.ts';
import { targetOf } from '../view-models/dialog-kinds.ts';
import { reasonText } from '../view-models/told.ts';
import { defineAction } from './core/action.ts';
import type { Actions } from './core/actions.ts';
import { called } from './core/called.ts';
import { withMany } from './core/cursor-sessions.ts';
import { onNamed } from './core/named-sessions.ts';
import { actor, notUp, pinned, requestForEach } from './core/session-requests.ts';

const waitsForPerson: ReadonlySet<SessionRow['verdict']> = new Set([
  'scan_qr',
  'enter_code',
  'logged_out',
  'qr_closed',
]);

/** By force, of a server that is gone: a person says that it is, and is told what it means when it is not. */
const takeOverSessions = (act: Actions, rows: readonly SessionRow[]): void => {
  if (rows.length === 0) return;
  const { verb, dialog, verdict } = act.texts();
  const targets = rows.map(targetOf);
  act.open({
    kind: 'ask',
    title: dialog.askTitle(verb.takeOver, targets.map(({ name }) => called(act, name)).join(', ')),
    lines: [dialog.takeOverRisk],
    targets,
    yes: () =>
      requestForEach(
        act,
        verb.takeOver,
        targets,
        // It may not be known here yet, so nothing of it is pinned.
        ({ name }) => act.request('start', { name, takeOver: true, actor }),
        {
          problemOf: notUp(act),
          saidOf: ({ row }) => act.texts().result.became(called(act, row.name), verdict[row.verdict], row.reason ?? ''),
        },
      ),
  });
};

/** Starts what is stopped; asks for a new code where one is waited for. A number that WhatsApp blocked is left alone. */
export const startSessions = (act: Actions, rows: readonly SessionRow[]): void => {
  const t = act.texts();
  takeOverSessions(
    act,
    rows.filter(({ verdict }) => verdict === 'left_behind'),
  );
  const able = rows.filter(({ verdict }) => verdict !== 'banned' && verdict !== 'left_behind');
  if (able.length === 0) return;

  const codes = able.every(({ verdict }) => waitsForPerson.has(verdict));
  requestForEach(
    act,
    codes ? t.verb.newCodes : t.verb.start,
    able.map(targetOf),
    (target) =>
      waitsForPerson.has(target.verdict)
        ? act.request('newCodes', { name: target.name, actor })
        : act.request('start', pinned(target)),
    {
      problemOf: notUp(act),
      // What came of it: it may wait for its turn, or for a scan.
      saidOf: ({ row }) =>
        t.result.became(
          called(act, row.name),
          t.verdict[row.verdict],
          reasonText(t, 'reason', row.reasonCode, row.reason),
        ),
    },
  );
};

export const start = defineAction({
  id: 'start',
  key: { names: ['s'], on: fleetAndSession, help: { section: 'act', place: 1, keys: 's' } },
  footer: {
    'code-closed': at(1, 1, 'newQr'),
    'left-behind': at(1, 1, 'takeOver'),
    stopped: at(1, 1, 'start'),
    marked: at(1, 1, 'start'),
    code: at(5, 4, 'newQr'),
  },
  commands: [{ name: 'start', usage: 'start [NAME...|--all]', arguments: ['session'], run: onNamed(startSessions) }],
  run: { sessions: withMany(startSessions) },
});
