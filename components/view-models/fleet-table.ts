import type { Incident, SessionRow } from '../../src/protocol/fleet.ts';
import { formatPhone } from '../../src/session/phone.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { type VerdictGroup, verdictLooks } from '../../src/session/verdict.ts';
import { age, bytesShort, dollars, recentAge, trend } from '../paint/format.ts';
import { type Line, layout, type Placed, place, textWidth, toned } from '../paint/line.ts';
import { activeIncident } from './banners.ts';
import { type Column, type ColumnId, isPhone } from './columns.ts';
import { type GroupBy, groupOrder, type Order, shownGroup } from './order.ts';
import { detailCell, hintCell, isTrouble, stateTone, waitingCell } from './session-cells.ts';
import { lastColumn, type View } from './view.ts';

/** The fleet table: which lines there are, what each of them says, and which of them fit. Only what is visible becomes text. */

export type Item =
  | { readonly kind: 'heading'; readonly id: string; readonly title: string; readonly count: number }
  | { readonly kind: 'session'; readonly id: string; readonly row: SessionRow }
  | { readonly kind: 'incident'; readonly id: string; readonly incident: Incident; readonly count: number };

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

const grouped = (
  rows: readonly SessionRow[],
  by: GroupBy,
  order: Order,
  view: View,
): readonly { readonly title: string; readonly id: string; readonly rows: readonly SessionRow[] }[] => {
  if (by === 'none') return [{ title: '', id: 'all', rows }];
  if (by === 'state')
    return groupOrder.flatMap((group: VerdictGroup) => {
      const found = rows.filter((row) => shownGroup(order, row) === group);
      return found.length === 0 ? [] : [{ title: view.t.group[group], id: group, rows: found }];
    });
  const titles = new Map<string, SessionRow[]>();
  for (const row of rows) {
    const title = by === 'client' ? clientOf(row) : plainText(row.node ?? view.snapshot.fleet.host);
    const list = titles.get(title);
    if (list === undefined) titles.set(title, [row]);
    else list.push(row);
  }
  return [...titles]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([title, list]) => ({ title, id: `by:${title}`, rows: list }));
};

/** Headings and rows in the order in which they stand. Sessions of an open incident fold into one row of RECOVERING. */
export const tableItems = (view: View, order: Order, choice: Choice): readonly Item[] => {
  const byId = new Map(view.snapshot.sessions.map((row) => [row.id, row]));
  const incident = activeIncident(view);
  const inIncident = (row: SessionRow) =>
    incident !== null &&
    row.incidentId === incident.id &&
    choice.filter === '' &&
    verdictLooks[row.verdict].group !== 'answering';
  const rows: SessionRow[] = [];
  let foldedCount = 0;
  for (const id of order.ids) {
    const row = byId.get(id);
    if (row === undefined) continue;
    if (inIncident(row)) {
      foldedCount += 1;
      continue;
    }
    if (choice.troubleOnly && !isTrouble(row)) continue;
    if (!matchesFilter(row, choice.filter, view)) continue;
    rows.push(row);
  }
  const fold: Item | null =
    incident === null || foldedCount === 0
      ? null
      : { kind: 'incident', id: `incident:${incident.id}`, incident, count: foldedCount };
  const groups = grouped(rows, choice.groupBy, order, view);
  const items: Item[] = [];
  let placedFold = fold === null;
  const addFold = () => {
    if (fold !== null && !placedFold) items.push(fold);
    placedFold = true;
  };
  const recovering = groups.some(({ id }) => id === 'recovering');
  for (const group of groups) {
    const isRecovering = group.id === 'recovering';
    if (!recovering && !placedFold && (group.id === 'answering' || group.id === 'off' || choice.groupBy !== 'state')) {
      items.push({ kind: 'heading', id: 'recovering', title: view.t.group.recovering, count: foldedCount });
      addFold();
    }
    if (group.title !== '')
      items.push({
        kind: 'heading',
        id: group.id,
        title: group.title,
        count: group.rows.length + (isRecovering && fold !== null ? foldedCount : 0),
      });
    if (isRecovering) addFold();
    for (const row of group.rows) items.push({ kind: 'session', id: row.id, row });
  }
  if (!placedFold) {
    items.push({ kind: 'heading', id: 'recovering', title: view.t.group.recovering, count: foldedCount });
    addFold();
  }
  return items;
};

/** First visible item so that the cursor stays visible and moves as little as possible; with its heading where that fits. */
export const windowTop = (before: number, cursor: number, height: number, total: number): number => {
  const most = Math.max(0, total - height);
  let top = Math.min(Math.max(0, before), most);
  if (cursor >= 0 && cursor < top + 1) top = Math.max(0, cursor - 1);
  if (cursor >= top + height) top = cursor - height + 1;
  return Math.min(top, most);
};

const number = (n: number): string => (n > 999 ? `${Math.round(n / 1000)}k` : String(n));

export interface RowLook {
  readonly cursor: boolean;
  readonly marked: boolean;
  /** CPU in percent as it is shown: it changes at most every two seconds. */
  readonly cpu: number | null;
}

const cell = (row: SessionRow, column: ColumnId, view: View, look: RowLook): string => {
  switch (column) {
    case 'last':
      return row.lastMessageAt === null ? '-' : recentAge(view.now - row.lastMessageAt);
    case 'inOut':
      return `${number(row.receivedLastHour)}/${number(row.sentLastHour)}`;
    case 'cpu':
      return look.cpu === null ? '' : `${Math.round(look.cpu)}%`;
    case 'mem':
      return row.resources === null ? '' : bytesShort(row.resources.memoryBytes);
    case 'trend':
      return row.resources === null ? '' : trend(row.resources.memoryTrend);
    case 'restarts':
      return String(row.restarts);
    case 'cost':
      return dollars(row.costTodayUsd);
    case 'ai':
      return plainText(row.model === '' ? row.provider : row.model);
    case 'port':
      return row.port === null ? '' : String(row.port);
    case 'node':
      return plainText(row.node ?? '');
    default:
      return '';
  }
};

const metricColumns: ReadonlySet<ColumnId> = new Set([
  'last',
  'inOut',
  'cpu',
  'mem',
  'trend',
  'restarts',
  'cost',
  'ai',
  'port',
]);

/** One row. In trouble its metrics give way to the words and to the key that helps. */
export const sessionLine = (row: SessionRow, columns: readonly Column[], view: View, look: RowLook): Line => {
  const width = view.columns - 1;
  const wide = view.columns >= 110;
  const phone = isPhone(view.columns);
  const pieces: Placed[] = [
    place(0, look.cursor ? '>' : ''),
    phone ? place(1, verdictLooks[row.verdict].symbol) : place(1, look.marked ? '*' : '', 'accent+'),
  ];
  if (!phone) pieces.push(place(2, verdictLooks[row.verdict].symbol));
  const hint = hintCell(row, view, wide);
  const group = verdictLooks[row.verdict].group;
  const givesWay = group === 'needs_you' || group === 'recovering' || group === 'off';
  const detail = detailCell(row, view, wide);
  const detailAt = columns.find(({ id }) => id === 'detail')?.start ?? 0;
  const edge = lastColumn(view) + 1 - textWidth(hint);
  // In a wide window the keys stand below each other, after the words; in a narrow one they end at the edge.
  const hintAt = wide ? Math.min(edge, Math.max(91, detailAt + textWidth(detail) + 2)) : edge;
  for (const column of columns) {
    if (column.id === 'name') pieces.push({ column: column.start, text: row.name, width: column.width });
    else if (column.id === 'state')
      pieces.push({
        column: column.start,
        text: view.t.verdict[row.verdict],
        tone: stateTone(row),
        width: column.width,
      });
    else if (column.id === 'for')
      pieces.push({ column: column.start, text: age(view.now - row.since), width: column.width, align: 'right' });
    else if (column.id === 'waiting')
      pieces.push({ column: column.start, text: waitingCell(row, view.now), width: column.width, align: 'right' });
    else if (column.id === 'detail') {
      const room = givesWay ? (hint === '' ? width : hintAt - 2) - column.start : column.width;
      pieces.push({ column: column.start, text: detail, width: Math.max(0, room) });
    } else if (!givesWay || !metricColumns.has(column.id))
      pieces.push({
        column: column.start,
        text: cell(row, column.id, view, look),
        width: column.width,
        align: column.align,
      });
  }
  if (hint !== '' && givesWay && !phone) pieces.push(place(hintAt, hint));
  const line = layout(pieces, width);
  return look.cursor ? toned(line, 'bold') : line;
};

export const headingLine = (item: Extract<Item, { kind: 'heading' }>, view: View): Line =>
  layout([place(0, `-- ${item.title} ${item.count} --`)], view.columns - 1);

export const incidentLine = (
  item: Extract<Item, { kind: 'incident' }>,
  columns: readonly Column[],
  view: View,
  cursor: boolean,
): Line => {
  const detail = columns.find(({ id }) => id === 'name');
  const line = layout(
    [
      place(0, cursor ? '>' : ''),
      place(isPhone(view.columns) ? 1 : 2, '~'),
      place(detail?.start ?? 4, view.t.detail.incident(item.count, item.incident.id)),
    ],
    view.columns - 1,
  );
  return cursor ? toned(line, 'bold') : line;
};

export const columnHeads = (columns: readonly Column[], view: View, sorted: ColumnId | null = null): Line =>
  layout(
    columns.map((column) => ({
      column: column.start,
      text: view.t.column[column.id],
      width: column.width,
      align: column.align,
      tone: sorted === column.id ? ('bold' as const) : ('plain' as const),
    })),
    view.columns - 1,
  );
