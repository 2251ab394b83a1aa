import { emptyField, type Field } from '../../paint/field.ts';
import { isTrouble } from '../session-cells.ts';
import type { ColumnId } from './columns.ts';
import type { Damped } from './damp.ts';
import { cursorIndex, type Item } from './fleet-items.ts';
import type { KeptPlan } from './fleet-plan.ts';
import type { Order } from './order.ts';
import type { Traffic } from './traffic.ts';

/** What a person has chosen on the fleet screen, and how the cursor and the marks move. Pure. */

/** What the fleet screen keeps while another screen is open. */
export interface FleetUi {
  readonly cursorId: string | null;
  readonly marks: ReadonlySet<string>;
  readonly filter: Field;
  readonly typing: boolean;
  readonly troubleOnly: boolean;
  /** How many of the metric columns are pushed out at the left. */
  readonly shift: number;
}

export const initialFleetUi: FleetUi = {
  cursorId: null,
  marks: new Set(),
  filter: emptyField,
  typing: false,
  troubleOnly: false,
  shift: 0,
};

/** What the next frame needs of the one before. */
export interface FleetMemory {
  order: Order;
  damped: Damped;
  traffic: Traffic;
  top: number;
  plan: KeptPlan | null;
}

/** The metric columns, in the order in which they are pushed out. */
export const shiftableColumns: readonly ColumnId[] = ['mem', 'cpu', 'last', 'inOut', 'messages', 'served'];

export const shiftColumns = (ui: FleetUi, by: 1 | -1): FleetUi => ({
  ...ui,
  shift: Math.max(0, Math.min(shiftableColumns.length, ui.shift + by)),
});

/** The cursor on the item at `index`; a heading takes no cursor. */
export const cursorAt = (ui: FleetUi, items: readonly Item[], index: number): FleetUi => {
  const item = items[index];
  return item === undefined || item.kind === 'heading' ? ui : { ...ui, cursorId: item.id };
};

/** The cursor `by` items further from where it stands in `ui`, past the headings. */
export const moveCursor = (ui: FleetUi, items: readonly Item[], by: number): FleetUi => {
  const step = by < 0 ? -1 : 1;
  let index = cursorIndex(items, ui.cursorId);
  let left = Math.abs(by);
  for (let next = index + step; next >= 0 && next < items.length && left > 0; next += step) {
    if (items[next]?.kind === 'heading') continue;
    index = next;
    left -= 1;
  }

  const item = items[index];
  return item === undefined || item.id === ui.cursorId ? ui : { ...ui, cursorId: item.id };
};

export const firstIndex = (items: readonly Item[]): number => items.findIndex(({ kind }) => kind !== 'heading');
export const lastIndex = (items: readonly Item[]): number => items.findLastIndex(({ kind }) => kind !== 'heading');

/** Where the next session in trouble stands (the next session at all when `any`), going round from `at`; null: there is none. */
export const nextTroubleIndex = (items: readonly Item[], at: number, step: 1 | -1, any: boolean): number | null => {
  const count = items.length;
  for (let n = 1; n <= count; n += 1) {
    const index = (at + step * n + count * n) % count;
    const item = items[index];
    if (item?.kind === 'session' && (any || isTrouble(item.row))) return index;
  }
  return null;
};

export const toggleMark = (ui: FleetUi, id: string): FleetUi => {
  const marks = new Set(ui.marks);
  if (!marks.delete(id)) marks.add(id);
  return { ...ui, marks };
};

/** Marks every session that is shown; none when all of them are marked already. */
export const toggleAllMarks = (ui: FleetUi, items: readonly Item[]): FleetUi => {
  const ids = items.flatMap((item) => (item.kind === 'session' ? [item.id] : []));
  return { ...ui, marks: ids.every((id) => ui.marks.has(id)) ? new Set() : new Set(ids) };
};

/** One step back: first the filter goes, then the marks, then "trouble only". */
export const clearOneChoice = (ui: FleetUi): FleetUi => {
  if (ui.filter.text !== '') return { ...ui, filter: emptyField };
  if (ui.marks.size > 0) return { ...ui, marks: new Set() };
  return { ...ui, troubleOnly: false };
};
