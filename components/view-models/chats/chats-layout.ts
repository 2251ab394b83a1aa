import { fitted } from '../../paint/box.ts';
import { fitting } from '../../paint/ends.ts';
import { age } from '../../paint/format.ts';
import { fillRows, type Line, span } from '../../paint/line.ts';
import { fleetLeft, fleetWaiting } from '../fleet/badge.ts';
import type { View } from '../view.ts';

/** Where the list and the conversation stand: beside each other where there is room, else one of them. */

export const isSplit = (view: View): boolean => view.columns >= 100;
export const listWidth = (view: View): number => (view.columns >= 116 ? 47 : 40);
export const paneWidth = (view: View): number => view.columns - 1 - listWidth(view) - 2;

/** List, a rule between, conversation. */
export const besideList = (list: readonly Line[], pane: readonly Line[], view: View, rows: number): readonly Line[] => {
  const shown = fillRows(list, rows);
  const right = fillRows(pane, rows);
  return shown.map((line, index) => [...fitted(line, listWidth(view)), span('│ ', 'faint'), ...(right[index] ?? [])]);
};

/** Who waits and what waits for a yes, of the whole fleet. */
export const waitingHead = (view: View): Line => {
  const { chats } = view.t;
  const { sessions } = view.snapshot;
  const waiting = fleetWaiting(sessions);
  const { drafts } = fleetLeft(sessions);
  const count = `${waiting.estimated ? '~' : ''}${waiting.chats}`;
  return fitting(
    [
      ...(waiting.chats === 0
        ? []
        : [
            [
              span(count, 'bad+'),
              span(` ${chats.waitingHead(waiting.chats)} `, 'muted'),
              span(waiting.oldestSince === null ? '' : age(view.now - waiting.oldestSince), 'bad+'),
            ],
          ]),
      ...(drafts === 0 ? [] : [[span(String(drafts), 'warn+'), span(` ${chats.draftsHead(drafts)}`, 'muted')]]),
    ],
    Math.max(0, view.columns - 40),
    3,
  );
};
