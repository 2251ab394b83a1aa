import { plainText } from '../../src/session/plain-text.ts';
import { emptyLine, fillRows, type Line, layout, padEnd, place, textLine, textWidth } from '../paint/line.ts';
import { type ColumnId, fleetColumns, isPhone } from './columns.ts';
import type { Damped } from './damp.ts';
import {
  type Choice,
  columnHeads,
  headingLine,
  type Item,
  incidentLine,
  sessionLine,
  tableItems,
  windowTop,
} from './fleet-table.ts';
import { footerLine } from './footer.ts';
import { headerLines } from './header.ts';
import type { Order } from './order.ts';
import { rowFooter } from './row-footer.ts';
import { eventText } from './told.ts';
import type { View } from './view.ts';

/** The whole fleet screen as lines: exactly as many as the window has rows. */

export interface FleetInput {
  readonly order: Order;
  readonly choice: Choice;
  readonly cursorId: string | null;
  readonly top: number;
  readonly marks: ReadonlySet<string>;
  readonly damped: Damped;
  readonly hidden: ReadonlySet<ColumnId>;
  readonly sorted: ColumnId | null;
  /** Last result, a field that is being typed in, or an active filter. */
  readonly status: Line | null;
}

export interface FleetScreen {
  readonly lines: readonly Line[];
  readonly top: number;
  /** Row of the screen on which the first visible item stands. */
  readonly bodyTop: number;
  readonly bodyHeight: number;
  readonly columns: ReturnType<typeof fleetColumns>;
}

export const targetsOf = (items: readonly Item[]): readonly string[] =>
  items.flatMap((item) => (item.kind === 'heading' ? [] : [item.id]));

/** The item under the cursor: by id, or the first one that can be chosen. */
export const cursorIndex = (items: readonly Item[], id: string | null): number => {
  const found = items.findIndex((item) => item.kind !== 'heading' && item.id === id);
  return found >= 0 ? found : items.findIndex(({ kind }) => kind !== 'heading');
};

const roomy = (view: View): boolean => view.columns >= 100 && view.rows >= 30;

const eventLines = (view: View, spare: number): readonly Line[] => {
  const { events } = view.snapshot;
  const wide = roomy(view);
  const extra = wide ? 2 : 1;
  const shown = events.slice(0, Math.max(0, Math.min(wide ? 8 : 3, spare - extra)));
  if (shown.length === 0) return [];
  const nameOf = (name: string | null) => plainText(name ?? 'zap-fleet');
  const nameWidth = Math.min(20, Math.max(...shown.map(({ sessionName }) => textWidth(nameOf(sessionName)))));
  const lines = shown.map((event) => {
    const { at, sessionName } = event;
    const text = eventText(event, view);
    return layout(
      [
        place(
          wide ? 3 : 1,
          wide
            ? `${view.calendar.when(at, view.now)} ${padEnd(nameOf(sessionName), nameWidth)}  ${text}`
            : `${view.calendar.when(at, view.now)} ${nameOf(sessionName)} ${text}`,
        ),
      ],
      view.columns - 1,
    );
  });
  return wide ? [emptyLine, textLine(`-- ${view.t.events} --`), ...lines] : [emptyLine, ...lines];
};

const emptyBody = (view: View, choice: Choice): readonly Line[] => {
  const { t } = view;
  if (view.snapshot.sessions.length === 0)
    return [emptyLine, textLine(` ${t.fleet.empty}`), textLine(` ${t.fleet.emptyHow}`)];
  if (choice.troubleOnly && choice.filter === '') return [emptyLine, textLine(` ${t.fleet.noTrouble}`)];
  return [emptyLine, textLine(` ${t.fleet.noMatch}`)];
};

export const fleetItems = (view: View, order: Order, choice: Choice): readonly Item[] =>
  tableItems(view, order, choice);

const footers = (view: View, cursor: Item | undefined, marks: number): readonly Line[] => {
  const second = footerLine(view, view.keys.footer('fleet'), view.keys.footer('fleet-end'));
  if (isPhone(view.columns) || view.rows < 16) {
    const ends = view.keys.footer('fleet-end', { without: ['screen-2'] });
    const onRow = cursor?.kind === 'session' && marks === 0;
    return [onRow ? footerLine(view, [...rowFooter(cursor.row, view), ...ends]) : second];
  }

  if (marks > 0) return [footerLine(view, view.keys.footer('marked'), [], `${view.t.count.marked(marks)}:`), second];
  if (cursor?.kind === 'session')
    return [footerLine(view, rowFooter(cursor.row, view), [], `${cursor.row.name}:`), second];
  return [emptyLine, second];
};

export const fleetScreen = (view: View, items: readonly Item[], input: FleetInput): FleetScreen => {
  const nodes = new Set(view.snapshot.sessions.map(({ node }) => node));
  const columns = fleetColumns(view.columns, nodes.size > 1, input.hidden);
  const at = cursorIndex(items, input.cursorId);
  const cursor = items[at];
  const head: Line[] = [...headerLines(view, input.marks.size)];
  if (roomy(view)) head.push(emptyLine);
  if (!isPhone(view.columns)) head.push(columnHeads(columns, view, input.sorted));
  const foot = footers(view, cursor, input.marks.size);
  const space = Math.max(1, view.rows - head.length - foot.length);
  const bodyHeight = input.status !== null ? Math.max(1, space - 1) : space;
  const top = windowTop(input.top, at, bodyHeight, items.length);
  const body: Line[] = items.slice(top, top + bodyHeight).map((item, index): Line => {
    const isCursor = top + index === at;
    if (item.kind === 'heading') return headingLine(item, view);
    if (item.kind === 'incident') return incidentLine(item, columns, view, isCursor);
    return sessionLine(item.row, columns, view, {
      cursor: isCursor,
      marked: input.marks.has(item.id),
      cpu: input.damped.get(item.id)?.value ?? null,
    });
  });
  if (items.length === 0) body.push(...emptyBody(view, input.choice));
  body.push(...eventLines(view, bodyHeight - body.length - (input.status === null && roomy(view) ? 1 : 0)));
  const filled = fillRows(body, bodyHeight);
  const status = input.status === null ? [] : [input.status];
  return {
    lines: fillRows([...head, ...filled, ...status, ...foot], view.rows),
    top,
    bodyTop: head.length,
    bodyHeight,
    columns,
  };
};
