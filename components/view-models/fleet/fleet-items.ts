import type { Incident, SessionRow } from '../../../src/protocol/fleet.ts';
import { formatPhone } from '../../../src/session/phone.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import type { VerdictGroup } from '../../../src/session/verdict.ts';
import { isTrouble } from '../session-cells.ts';
import type { View } from '../view.ts';
import { activeIncident } from './banners.ts';
import { type GroupBy, groupOf, groupOrder, type Order, shownGroup } from './order.ts';

/** What the fleet table lists, in its order: headings, sessions, and those of an incident as one row. */

export interface Heading {
  readonly kind: 'heading';
  readonly id: string;
  readonly title: string;
  /** How many sessions are of this group now, whichever of them still stand elsewhere. */
  readonly count: number;
  /** Null where rows are not grouped by their state. */
  readonly group: VerdictGroup | null;
  /** Messages of the last hour of its sessions. */
  readonly received: number;
  readonly sent: number;
}

export type Item =
  | Heading
  | {
      readonly kind: 'session';
      readonly id: string;
      readonly row: SessionRow;
      /** Its state belongs to another group already; it goes there as soon as the cursor rests. */
      readonly moved: boolean;
    }
  | {
      readonly kind: 'incident';
      readonly id: string;
      readonly incident: Incident;
      readonly rows: readonly SessionRow[];
    };

export interface Choice {
  readonly filter: string;
  readonly troubleOnly: boolean;
  readonly groupBy: GroupBy;
}

const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase();

/** Whether every word of the filter occurs in the session's name, label, number or state. */
const matchesFilter = (row: SessionRow, filter: string, view: View): boolean => {
  if (filter.trim() === '') return true;
  const phone = row.phone ?? row.expectedPhone;
  const text = folded(
    [
      row.name,
      row.label,
      phone === null ? '' : `${phone} ${formatPhone(phone)}`,
      view.t.verdict[row.verdict],
      row.node ?? '',
    ]
      .concat(row.model, row.provider)
      .join(' '),
  );
  return folded(filter)
    .split(/\s+/)
    .every((word) => text.includes(word));
};

const clientOf = (row: SessionRow): string => plainText(row.label === '' ? row.name : row.label);

const headingOf = (id: string, title: string, group: VerdictGroup | null, members: readonly SessionRow[]): Heading => ({
  kind: 'heading',
  id,
  title,
  count: members.length,
  group,
  received: members.reduce((sum, row) => sum + row.receivedLastHour, 0),
  sent: members.reduce((sum, row) => sum + row.sentLastHour, 0),
});

const listed = <K, V>(lists: Map<K, V[]>, key: K, value: V): void => {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
};

/** By state: the groups in their order. The sessions of an incident are among the recovering, as one row. */
const byState = (
  shown: readonly SessionRow[],
  fold: Extract<Item, { kind: 'incident' }> | null,
  order: Order,
  view: View,
): readonly Item[] => {
  const standing = new Map<VerdictGroup, Item[]>();
  const members = new Map<VerdictGroup, SessionRow[]>();
  for (const row of shown) {
    const place = shownGroup(order, row);
    const group = groupOf(row);
    listed(standing, place, { kind: 'session', id: row.id, row, moved: place !== group });
    listed(members, group, row);
  }

  return groupOrder.flatMap((group): readonly Item[] => {
    const rows = standing.get(group) ?? [];
    const first = group === 'recovering' && fold !== null ? [fold] : [];
    if (rows.length + first.length === 0) return [];

    const counted = [...first.flatMap((item) => item.rows), ...(members.get(group) ?? [])];
    return [headingOf(group, view.t.group[group], group, counted), ...first, ...rows];
  });
};

const byTitle = (shown: readonly SessionRow[], titleOf: (row: SessionRow) => string): readonly Item[] => {
  const titles = new Map<string, SessionRow[]>();
  for (const row of shown) listed(titles, titleOf(row), row);

  return [...titles]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([title, list]) => [headingOf(`by:${title}`, title, null, list), ...plainItems(list)]);
};

const plainItems = (rows: readonly SessionRow[]): readonly Item[] =>
  rows.map((row): Item => ({ kind: 'session', id: row.id, row, moved: false }));

/** Headings and rows in the order in which they stand. Sessions of an open incident fold into one row of the recovering. */
export const fleetItems = (view: View, order: Order, choice: Choice): readonly Item[] => {
  const byId = new Map(view.snapshot.sessions.map((row) => [row.id, row]));
  const incident = activeIncident(view);
  const inIncident = (row: SessionRow) =>
    incident !== null &&
    row.incidentId === incident.id &&
    choice.filter === '' &&
    // Whoever needs a person is not hidden in it: the badge counts them.
    groupOf(row) === 'recovering';
  const rows: SessionRow[] = [];
  const foldedRows: SessionRow[] = [];
  for (const id of order.ids) {
    const row = byId.get(id);
    if (row === undefined) continue;
    if (inIncident(row)) {
      foldedRows.push(row);
      continue;
    }
    if (choice.troubleOnly && !isTrouble(row)) continue;
    if (!matchesFilter(row, choice.filter, view)) continue;
    rows.push(row);
  }
  const fold =
    incident === null || foldedRows.length === 0
      ? null
      : ({ kind: 'incident', id: `incident:${incident.id}`, incident, rows: foldedRows } as const);
  if (choice.groupBy === 'state') return byState(rows, fold, order, view);

  const folds = fold === null ? [] : [fold];
  if (choice.groupBy === 'none') return [...folds, ...plainItems(rows)];
  const titleOf =
    choice.groupBy === 'client' ? clientOf : (row: SessionRow) => plainText(row.node ?? view.snapshot.fleet.host);
  return [...folds, ...byTitle(rows, titleOf)];
};

export const targetsOf = (items: readonly Item[]): readonly string[] =>
  items.flatMap((item) => (item.kind === 'heading' ? [] : [item.id]));

/** The item under the cursor: by id, or the first one that can be chosen. */
export const cursorIndex = (items: readonly Item[], id: string | null): number => {
  const found = items.findIndex((item) => item.kind !== 'heading' && item.id === id);
  return found >= 0 ? found : items.findIndex(({ kind }) => kind !== 'heading');
};
