import { fitted, sideBySide } from '../../paint/box.ts';
import { glyph } from '../../paint/glyphs.ts';
import { cutLine, emptyLine, fillRows, type Line, span, textLine } from '../../paint/line.ts';
import { footerLine } from '../footer.ts';
import { shapeOf } from '../state-look.ts';
import { eventText } from '../told.ts';
import type { View } from '../view.ts';
import { bannerLines } from './banners.ts';
import { happenedBox } from './boxes/happened-box.ts';
import { wroteBox } from './boxes/wrote-box.ts';
import { type ColumnId, type FleetColumns, fleetColumns, isPhone, measuredOf } from './columns.ts';
import type { Damped } from './damp.ts';
import { type FleetExtra, noExtra } from './fleet-extra.ts';
import { fleetHeader } from './fleet-header.ts';
import { type Choice, cursorIndex, type Item } from './fleet-items.ts';
import { type FleetPlan, fleetPlan } from './fleet-plan.ts';
import { incidentLine } from './incident-line.ts';
import { inspectorBox } from './inspector.ts';
import type { Order } from './order.ts';
import { perView } from './per-view.ts';
import { pulseBoxes } from './pulse-boxes.ts';
import { pulseRow } from './pulse-row.ts';
import { rowFooter } from './row-footer.ts';
import { labelOf, toneOf } from './row-state.ts';
import { sessionLine } from './session-line.ts';
import { sidebar } from './sidebar.ts';
import { columnHeads, headingLine, scrollBar } from './table-lines.ts';
import { type TableWindow, tableWindow, type Visible } from './table-window.ts';
import { noTraffic, type Traffic } from './traffic.ts';

/** The whole fleet screen as lines: exactly as many as the window has rows. */

export interface FleetInput {
  readonly order: Order;
  readonly choice: Choice;
  readonly cursorId: string | null;
  readonly top: number;
  readonly marks: ReadonlySet<string>;
  readonly damped: Damped;
  /** Where a message has just passed; missing: nowhere. */
  readonly traffic?: Traffic;
  readonly hidden: ReadonlySet<ColumnId>;
  readonly sorted: ColumnId;
  /** Last result, a field that is being typed in, or an active filter. */
  readonly status: Line | null;
  /** Which parts there are; null: those that fit now. */
  readonly plan?: FleetPlan | null;
  readonly extra?: FleetExtra;
}

export interface FleetScreen {
  readonly lines: readonly Line[];
  readonly top: number;
  /** Row of the screen on which the first visible item stands. */
  readonly bodyTop: number;
  readonly bodyHeight: number;
  /** Columns that the table takes. */
  readonly tableWidth: number;
  readonly window: TableWindow;
  readonly columns: FleetColumns;
}

/** Who has made the first bot is told how to hear it: its phone is often somebody else's. */
const firstHint = (view: View): Line | null => {
  const [only, ...others] = view.snapshot.sessions;
  const isNew = only !== undefined && others.length === 0 && only.lastMessageAt === null;
  return isNew
    ? cutLine([span(` ${glyph.dot} `, 'accent+'), span(view.t.fleet.oneBot, 'muted')], view.columns - 1)
    : null;
};

/** The newest event, where a row is to spare. */
const newestEvent = (view: View): Line => {
  const event = view.snapshot.events[0];
  if (event === undefined) return emptyLine;
  const row = view.snapshot.sessions.find(({ name }) => name === event.sessionName);
  return cutLine(
    [
      span(` ${view.calendar.when(event.at, view.now)} `, 'muted'),
      row === undefined ? span(`${glyph.dot} `, 'muted') : span(`${shapeOf(row)} `, toneOf(row)),
      span(`${row === undefined ? view.t.chart.fleet : labelOf(row)} `),
      span(eventText(event, view), 'muted'),
    ],
    view.columns - 1,
  );
};

const emptyBody = (view: View, choice: Choice): readonly Line[] => {
  const { t } = view;
  const said = (text: string): Line => cutLine(textLine(` ${text}`), view.columns - 1);
  if (view.snapshot.sessions.length === 0) return [emptyLine, said(t.fleet.empty), said(t.fleet.emptyHow)];
  if (choice.troubleOnly && choice.filter === '') return [emptyLine, said(t.fleet.noTrouble)];
  return [emptyLine, said(t.fleet.noMatch(choice.filter))];
};

const footers = (view: View, cursor: Item | undefined, marks: number): readonly Line[] => {
  const phone = isPhone(view.columns);
  const ends = view.keys.footer('fleet-end');
  const second = footerLine(
    view,
    view.keys.footer('fleet', phone ? { without: ['mark', 'create', 'qr', 'sort'] } : {}),
    phone ? ends.filter(({ action }) => action === 'help') : ends,
  );
  if (marks > 0) return [footerLine(view, view.keys.footer('marked'), [], view.t.count.marked(marks)), second];
  if (cursor?.kind === 'session')
    return [footerLine(view, rowFooter(cursor.row, view), [], phone ? '' : labelOf(cursor.row)), second];
  return [emptyLine, second];
};

/** A row of the table; as long as nothing of it changes it is the same line. */
const rowLine = (
  { row, id, moved }: Extract<Item, { kind: 'session' }>,
  { cursor, width }: { readonly cursor: boolean; readonly width: number },
  columns: FleetColumns,
  view: View,
  { marks, damped, traffic = noTraffic }: FleetInput,
): Line => {
  const cpu = damped.get(id)?.value ?? null;
  const passed = traffic.lit.get(id)?.way ?? null;
  const look = { cursor, moved, marked: marks.has(id), cpu, passed };
  return perView(view, `row ${id}`, [row, columns, width, cursor, moved, look.marked, cpu, passed], () =>
    sessionLine(row, columns, view, look, width),
  );
};

/** The visible part of the table: a line for each item, and the scroll bar behind them. */
const tableLines = (
  view: View,
  { visible, top, pinned, total, height }: TableWindow,
  columns: FleetColumns,
  input: FleetInput,
  { at, width }: { readonly at: number; readonly width: number },
): readonly Line[] => {
  const bar = scrollBar(height, top, total);
  const barWidth = width - 1;
  return visible.map(({ item, index, above }: Visible, row): Line => {
    const isCursor = index === at;
    const full = bar.length === 0 ? barWidth : barWidth - 1;
    const line =
      item.kind === 'heading'
        ? headingLine(item, columns, view, view.columns, above)
        : item.kind === 'incident'
          ? incidentLine(item, columns, view, isCursor, full)
          : rowLine(item, { cursor: isCursor, width: full }, columns, view, input);
    const mark = row >= pinned ? bar[row - pinned] : undefined;
    if (mark === undefined) return line;
    return [...fitted(line, barWidth - 1), ...mark];
  });
};

/** On a phone the badge says already what the first heading would. */
const shownItems = (items: readonly Item[], phone: boolean): readonly Item[] =>
  phone && items[0]?.kind === 'heading' && items[0].group === 'needs_you' ? items.slice(1) : items;

export const fleetScreen = (view: View, allItems: readonly Item[], input: FleetInput): FleetScreen => {
  const phone = isPhone(view.columns);
  const items = shownItems(allItems, phone);
  const skipped = allItems.length - items.length;
  const banners = perView(view, 'banners', [], () => bannerLines(view));
  const plan =
    input.plan ??
    fleetPlan({
      columns: view.columns,
      rows: view.rows,
      sessions: view.snapshot.sessions.length,
      banners: banners.length,
    });
  const tableWidth = view.columns - plan.side;
  const columns = perView(view, 'columns', [tableWidth, [...input.hidden].join()], () =>
    fleetColumns(tableWidth, measuredOf(view.snapshot.sessions, view.snapshot.nodes?.length), input.hidden),
  );
  const at = cursorIndex(items, input.cursorId);
  const foot = footers(view, items[at], input.marks.size);

  const extra = input.extra ?? noExtra;
  const head: Line[] = [
    ...perView(view, 'header', [input.marks.size], () => fleetHeader(view, input.marks.size)),
    ...banners,
  ];
  const sideFrom = head.length;
  if (plan.gap) head.push(emptyLine);
  if (plan.pulse === 'row') head.push(perView(view, 'pulse row', [], () => pulseRow(view)));
  if (plan.pulse === 'boxes') head.push(...perView(view, 'pulse boxes', [], () => pulseBoxes(view)));
  if (!phone) head.push(columnHeads(columns, view, input.sorted));

  // From thirty rows on the row above the keys is kept for the last result, so that nothing moves when one comes.
  const kept = view.rows >= 30 || input.status !== null ? 1 : 0;
  const room = Math.max(1, view.rows - head.length - foot.length - kept);
  const bodyHeight = Math.max(1, room - plan.inspector - plan.below);
  const window = tableWindow(items, at, input.top, bodyHeight);
  const body: Line[] = [...tableLines(view, window, columns, input, { at, width: tableWidth })];
  if (items.length === 0) body.push(...emptyBody(view, input.choice));
  if (kept === 0 && body.length < bodyHeight && !phone)
    body.push(
      ...Array.from({ length: bodyHeight - body.length - 1 }, () => emptyLine),
      firstHint(view) ?? newestEvent(view),
    );

  const below = belowLines(view, items[at], plan, extra, tableWidth);
  const status = kept === 0 ? [] : [input.status ?? emptyLine];
  const upper = [...head, ...fillRows([...fillRows(body, bodyHeight), ...below], room)];
  return {
    lines: fillRows([...besides(view, upper, plan, { extra, from: sideFrom }), ...status, ...foot], view.rows),
    top: window.top,
    bodyTop: head.length,
    bodyHeight,
    tableWidth,
    window: skipped === 0 ? window : shifted(window, skipped),
    columns,
  };
};

/** Below the table: the session under the cursor in words; in a wide window also who wrote last and what happened. */
const belowLines = (
  view: View,
  cursor: Item | undefined,
  plan: FleetPlan,
  extra: FleetExtra,
  tableWidth: number,
): readonly Line[] => {
  const width = tableWidth - 1;
  const row = cursor?.kind === 'session' ? cursor.row : null;
  const blank = Array.from({ length: plan.inspector }, () => emptyLine);
  const inspected =
    plan.inspector === 0 || row === null ? blank : inspectorBox(row, extra, view, { width, rows: plan.inspector });
  if (plan.below === 0) return inspected;

  const half = Math.floor((width - 1) / 2);
  const boxes = [
    {
      width: half,
      lines: perView(view, 'wrote', [extra.chats, half, plan.below], () =>
        wroteBox(extra.chats, view, { width: half, rows: plan.below }),
      ),
    },
    { width: width - 1 - half, lines: happenedBox(view, { width: width - 1 - half, rows: plan.below }) },
  ];
  return [...inspected, ...sideBySide(boxes)];
};

/** The sidebar at the right of everything under the badge. */
const besides = (
  view: View,
  lines: readonly Line[],
  { side }: FleetPlan,
  { extra, from }: { readonly extra: FleetExtra; readonly from: number },
): readonly Line[] => {
  if (side === 0) return lines;
  const width = view.columns - side;
  const rows = lines.length - from;
  const boxes = perView(view, 'sidebar', [extra, side, rows], () => sidebar(view, extra, { width: side - 1, rows }));
  return lines.map((line, row) => {
    const beside = boxes[row - from];
    return row < from || beside === undefined ? line : [...fitted(line, width), ...beside];
  });
};

/** The same items as places in the whole list. */
const shifted = (window: TableWindow, by: number): TableWindow => ({
  ...window,
  visible: window.visible.map((one) => ({ ...one, index: one.index + by })),
});
