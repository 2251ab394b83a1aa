import { fitted } from '../../paint/box.ts';
import { glyph } from '../../paint/glyphs.ts';
import { cutLine, emptyLine, fillRows, type Line, span, textLine } from '../../paint/line.ts';
import { footerLine } from '../footer.ts';
import { shapeOf } from '../state-look.ts';
import { eventText } from '../told.ts';
import type { View } from '../view.ts';
import { bannerLines } from './banners.ts';
import { type ColumnId, type FleetColumns, fleetColumns, isPhone, measuredOf } from './columns.ts';
import type { Damped } from './damp.ts';
import { fleetHeader } from './fleet-header.ts';
import { type Choice, cursorIndex, type Item } from './fleet-items.ts';
import { type FleetPlan, fleetPlan } from './fleet-plan.ts';
import type { Order } from './order.ts';
import { pulseRow } from './pulse-row.ts';
import { rowFooter } from './row-footer.ts';
import { labelOf, toneOf } from './row-state.ts';
import { incidentLine, sessionLine } from './session-line.ts';
import { columnHeads, headingLine, scrollBar } from './table-lines.ts';
import { type TableWindow, tableWindow, type Visible } from './table-window.ts';

/** The whole fleet screen as lines: exactly as many as the window has rows. */

export interface FleetInput {
  readonly order: Order;
  readonly choice: Choice;
  readonly cursorId: string | null;
  readonly top: number;
  readonly marks: ReadonlySet<string>;
  readonly damped: Damped;
  readonly hidden: ReadonlySet<ColumnId>;
  readonly sorted: ColumnId;
  /** Last result, a field that is being typed in, or an active filter. */
  readonly status: Line | null;
  /** Which parts there are; null: those that fit now. */
  readonly plan?: FleetPlan | null;
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
    const full = bar.length === 0 ? barWidth : columns.edge + 1;
    const line =
      item.kind === 'heading'
        ? headingLine(item, columns, view, view.columns, above)
        : item.kind === 'incident'
          ? incidentLine(item, columns, view, isCursor, full)
          : sessionLine(
              item.row,
              columns,
              view,
              {
                cursor: isCursor,
                marked: input.marks.has(item.id),
                moved: item.moved,
                cpu: input.damped.get(item.id)?.value ?? null,
              },
              full,
            );
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
  const banners = bannerLines(view);
  const plan =
    input.plan ??
    fleetPlan({
      columns: view.columns,
      rows: view.rows,
      sessions: view.snapshot.sessions.length,
      banners: banners.length,
    });
  const tableWidth = view.columns - plan.side;
  const columns = fleetColumns(tableWidth, measuredOf(view.snapshot.sessions), input.hidden);
  const at = cursorIndex(items, input.cursorId);
  const foot = footers(view, items[at], input.marks.size);

  const head: Line[] = [...fleetHeader(view, input.marks.size), ...banners];
  if (plan.pulse === 'row') head.push(pulseRow(view));
  if (!phone) head.push(columnHeads(columns, view, input.sorted));

  // From thirty rows on the row above the keys is kept for the last result, so that nothing moves when one comes.
  const kept = view.rows >= 30 || input.status !== null ? 1 : 0;
  const bodyHeight = Math.max(1, view.rows - head.length - foot.length - kept);
  const window = tableWindow(items, at, input.top, bodyHeight);
  const body: Line[] = [...tableLines(view, window, columns, input, { at, width: tableWidth })];
  if (items.length === 0) body.push(...emptyBody(view, input.choice));
  if (kept === 0 && body.length < bodyHeight && !phone)
    body.push(...Array.from({ length: bodyHeight - body.length - 1 }, () => emptyLine), newestEvent(view));

  const status = kept === 0 ? [] : [input.status ?? emptyLine];
  return {
    lines: fillRows([...head, ...fillRows(body, bodyHeight), ...status, ...foot], view.rows),
    top: window.top,
    bodyTop: head.length,
    bodyHeight,
    tableWidth,
    window: skipped === 0 ? window : shifted(window, skipped),
    columns,
  };
};

/** The same items as places in the whole list. */
const shifted = (window: TableWindow, by: number): TableWindow => ({
  ...window,
  visible: window.visible.map((one) => ({ ...one, index: one.index + by })),
});
