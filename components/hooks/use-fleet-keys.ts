import { openItem } from '../actions/open.ts';
import type { KeyScreen } from '../keys/keymap.ts';
import {
  clearOneChoice,
  cursorAt,
  type FleetUi,
  firstIndex,
  lastIndex,
  moveCursor,
  nextTroubleIndex,
  shiftColumns,
  toggleAllMarks,
  toggleMark,
} from '../view-models/fleet/fleet-ui.ts';
import { always } from './always.ts';
import { useDo, useView } from './contexts.ts';
import type { FleetTable } from './use-fleet-table.ts';
import { type Handlers, useActions } from './use-keys.ts';

type ChangeFleetUi = (change: (before: FleetUi) => FleetUi) => void;

export interface FleetCursor {
  readonly to: (index: number) => void;
  /** From where the cursor is by then: several moves may come in one read, before anything is drawn again. */
  readonly by: (step: number) => void;
  /** Enter: what the row under the cursor is about. */
  readonly open: () => void;
}

const screens: readonly KeyScreen[] = ['fleet'];

/** Moves in the table and into it. */
export const useFleetCursor = ({ items, at, under }: FleetTable, setUi: ChangeFleetUi): FleetCursor => {
  const act = useDo();
  const view = useView();
  return {
    to: (index) => setUi((before) => cursorAt(before, items, index)),
    by: (step) => setUi((before) => moveCursor(before, items, step)),
    open: () => openItem({ act, view, item: items[at], row: under }),
  };
};

const moveHandlers = (table: FleetTable, cursor: FleetCursor, setUi: ChangeFleetUi): Handlers => {
  const { items } = table;
  const half = Math.max(1, Math.floor(table.screen.bodyHeight / 2));
  return {
    up: always(() => cursor.by(-1)),
    down: always(() => cursor.by(1)),
    first: always(() => cursor.to(firstIndex(items))),
    last: always(() => cursor.to(lastIndex(items))),
    'half-up': always(() => cursor.by(-half)),
    'half-down': always(() => cursor.by(half)),
    left: always(() => setUi((before) => shiftColumns(before, -1))),
    right: always(() => setUi((before) => shiftColumns(before, 1))),
    'next-pane': always(() => cursor.by(1)),
    'previous-pane': always(() => cursor.by(-1)),
  };
};

const choiceHandlers = (table: FleetTable, cursor: FleetCursor, setUi: ChangeFleetUi): Handlers => {
  const { items, under } = table;
  return {
    back: always(() => setUi(clearOneChoice)),
    filter: always(() => setUi((before) => ({ ...before, typing: true }))),
    mark: always(() => {
      if (under !== null) setUi((before) => toggleMark(before, under.id));
      cursor.by(1);
    }),
    'mark-all': always(() => setUi((before) => toggleAllMarks(before, items))),
    'trouble-only': always(() => setUi((before) => ({ ...before, troubleOnly: !before.troubleOnly }))),
  };
};

/** Every key of the fleet screen; those of a session go to the marked rows, or else to the one under the cursor. */
export const useFleetKeys = (table: FleetTable, cursor: FleetCursor, setUi: ChangeFleetUi): void => {
  const view = useView();
  const act = useDo();
  const { t } = view;
  const { items, at, under, many, choice } = table;

  const nextTrouble = (step: 1 | -1) => {
    const index = nextTroubleIndex(items, at, step, choice.filter !== '');
    if (index === null) act.notify(choice.filter === '' ? t.result.noTrouble : t.result.noMatch);
    else cursor.to(index);
  };

  useActions(
    screens,
    {
      ...moveHandlers(table, cursor, setUi),
      ...choiceHandlers(table, cursor, setUi),
      'next-match': always(() => nextTrouble(1)),
      'previous-match': always(() => nextTrouble(-1)),
    },
    { offers: { fleet: { item: items[at], row: under }, sessions: { one: under, many } } },
  );
};
