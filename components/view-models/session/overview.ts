import type { SessionRow } from '../../../src/protocol/fleet.ts';
import { sideBySide } from '../../paint/box.ts';
import { emptyLine, type Line, span } from '../../paint/line.ts';
import type { Customers } from '../customers.ts';
import type { View } from '../view.ts';
import { aiBox } from './ai-box.ts';
import { answerBox } from './answer-box.ts';
import { attentionBox } from './attention-box.ts';
import { browserBox } from './browser-box.ts';
import { eventsBox } from './events-box.ts';
import { heatBox } from './heat-box.ts';
import { lastChatsBox } from './last-chats-box.ts';
import type { OverviewData } from './overview-data.ts';
import { probeBox, probeBoxFrom, proofLine } from './probe-box.ts';
import { lastTrouble, servedBox } from './served-box.ts';
import { todayBox } from './today-box.ts';

/** The first tab of a session that needs no scan: how it does, as boxes beside and below each other. */

/** Narrower windows get facts in words. */
export const boxesFrom = 72;
const threeFrom = 100;

interface Columns {
  readonly widths: readonly number[];
}

const columnsOf = (total: number, count: number): Columns => {
  const each = Math.floor((total - (count - 1)) / count);
  return {
    widths: Array.from({ length: count }, (_, at) => (at === count - 1 ? total - (count - 1) * (each + 1) : each)),
  };
};

const beside = (blocks: readonly (readonly [number, readonly Line[]])[]): readonly Line[] =>
  sideBySide(blocks.map(([width, lines]) => ({ width, lines })));

/** Three columns; as many rows as there are, at least enough for each to say something. */
const wide = (row: SessionRow, data: OverviewData, view: View, width: number, rows: number): readonly Line[] => {
  const [a = 0, b = 0, c = 0] = columnsOf(width, 3).widths;
  const first = rows >= 30 ? 9 : 7;
  const left = rows - first;
  const third = left >= 24 ? Math.min(15, left - 12) : left >= 17 ? left - 10 : left >= 10 ? left - 6 : 0;
  const second = Math.max(4, left - third);
  const top = beside([
    [a, todayBox(data, view, { width: a, rows: first })],
    [b, answerBox(row, data, view, { width: b, rows: first })],
    [c, servedBox(row, data, view, { width: c, rows: first })],
  ]);
  const middle = beside([
    [a + b + 1, lastChatsBox(data, view, { width: a + b + 1, rows: second })],
    [c, heatBox(data, view, { width: c, rows: second })],
  ]);
  if (third === 0) return [...top, ...middle];
  const bottom = beside([
    [a, browserBox(row, data, view, { width: a, rows: third })],
    [b, aiBox(row, data, view, { width: b, rows: third })],
    [c, eventsBox(data, view, { width: c, rows: third })],
  ]);
  return [...top, ...middle, ...bottom];
};

/** Two columns, and the last chats below them. */
const narrow = (row: SessionRow, data: OverviewData, view: View, width: number, rows: number): readonly Line[] => {
  const [a = 0, b = 0] = columnsOf(width, 2).widths;
  const top = beside([
    [a, todayBox(data, view, { width: a, rows: 7 })],
    [b, answerBox(row, data, view, { width: b, rows: 7 })],
  ]);
  // While the strip is still measured its box has room for the trouble itself.
  const isMeasured = (row.served ?? null) !== null;
  const trouble = isMeasured ? lastTrouble(data, view, a - 4).map((line) => [span('  '), ...line]) : [];
  // The column beside it is a row longer.
  const proof = rows < probeBoxFrom ? proofLine(row, view, a) : [];
  const middle = beside([
    [a, [...servedBox(row, data, view, { width: a, rows: 6 }), ...trouble.slice(0, 1), ...proof]],
    [b, [...browserBox(row, data, view, { width: b, rows: 4 }), ...aiBox(row, data, view, { width: b, rows: 4 })]],
  ]);
  const left = rows - top.length - middle.length;
  const chats = Math.max(4, left >= 16 ? Math.floor(left / 2) : left);
  const below = lastChatsBox(data, view, { width, rows: chats });
  const events = left >= 16 ? eventsBox(data, view, { width, rows: left - chats }) : [];
  return [...top, ...middle, ...below, ...events];
};

export const overviewLines = (
  row: SessionRow,
  {
    data,
    customers,
    view,
    rows,
  }: { readonly data: OverviewData; readonly customers: Customers; readonly view: View; readonly rows: number },
): readonly Line[] => {
  const width = view.columns - 1;
  const attention = attentionBox(row, customers, view, { width, most: Math.max(6, Math.floor(rows / 2)) });
  const isShort = view.columns < threeFrom && rows < probeBoxFrom;
  const probe = isShort ? [] : probeBox(row, view, { width, rows });
  const left = Math.max(view.columns >= threeFrom ? 13 : 19, rows - attention.length - probe.length);
  const boxes = view.columns >= threeFrom ? wide : narrow;
  return [...attention, ...probe, ...boxes(row, data, view, width, left)].map((line) =>
    line.length === 0 ? emptyLine : line,
  );
};
