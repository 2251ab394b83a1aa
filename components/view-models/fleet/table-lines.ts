import { thousands } from '../../../src/words/figures.ts';
import { glyph } from '../../paint/glyphs.ts';
import { type Line, layout, padStart, place, rightOf, span, type Tone, textWidth } from '../../paint/line.ts';
import type { View } from '../view.ts';
import type { Column, ColumnId, FleetColumns } from './columns.ts';
import type { Heading } from './fleet-items.ts';

/** What stands over the rows: the heads of the columns, and the heading of each group. */

const headingTones: Readonly<Record<NonNullable<Heading['group']>, Tone>> = {
  needs_you: 'bad+',
  unknown: 'warn+',
  recovering: 'move+',
  answering: 'ok+',
  off: 'muted+',
};

/** Its messages are worth a place from this width on. */
const sumsFrom = 100;

/** `Answering 6 ─────── 54 in  49 out, last hour`; `above`: rows of it that are scrolled away. */
export const headingLine = (heading: Heading, columns: FleetColumns, view: View, width: number, above = 0): Line => {
  const tone = heading.group === null ? 'bold' : headingTones[heading.group];
  const title = `${heading.title} ${heading.count}`;
  if (columns.phone) return layout([place(1, title, tone)], columns.edge + 1);

  const more = above > 0 ? ` ${glyph.up} ${view.t.count.above(above)}` : '';
  const spoke = heading.group === 'answering' || heading.group === null;
  const sums =
    spoke && width >= sumsFrom
      ? view.t.count.lastHour(thousands(heading.received, view.language), thousands(heading.sent, view.language))
      : '';
  const end = columns.edge + 1;
  const from = 1 + textWidth(title) + textWidth(more) + 1;
  const to = end - (sums === '' ? 0 : textWidth(sums) + 1);
  return layout(
    [
      place(1, title, tone),
      place(1 + textWidth(title), more, 'muted'),
      place(from, glyph.light.repeat(Math.max(0, to - from)), 'faint'),
      ...(sums === '' ? [] : [rightOf(sums, columns.edge, 'muted')]),
    ],
    end,
  );
};

const headText = (column: Column, view: View): string => {
  const { t } = view;
  const short = t.column[column.id];
  if (column.id !== 'served' && column.id !== 'messages' && column.id !== 'note') return short;
  const long = t.columnLong[column.id];
  return textWidth(long) <= column.width ? long : textWidth(short) <= column.width ? short : '';
};

/** The column that rows are sorted by is bold and points down: the most, or the first letter, on top. */
export const columnHeads = (columns: FleetColumns, view: View, sorted: ColumnId): Line => {
  const isShown = columns.all.some(({ id }) => id === sorted);
  return layout(
    columns.all.map((column) => {
      const isSorted = column.id === sorted;
      const by = !isShown && column.id === 'name' ? `, ${view.t.column[sorted]}` : '';
      const arrow = isSorted || by !== '' ? ` ${glyph.down}` : '';
      // A head may reach into the gap before its column: numbers are narrower than their names.
      const text = `${headText(column, view)}${by}${arrow}`;
      const over = column.align === 'right' ? Math.max(0, textWidth(text) - column.width) : 0;
      return {
        column: column.start - over,
        text: column.align === 'right' ? padStart(text, column.width) : text,
        tone: isSorted || by !== '' ? ('bold' as const) : ('muted' as const),
      };
    }),
    columns.edge + 1,
  );
};

/** One cell of the scroll bar for each visible row. */
export const scrollBar = (height: number, top: number, total: number): readonly Line[] => {
  if (total <= height || height <= 0) return [];
  const { from, length } = thumb(height, top, total);
  return Array.from({ length: height }, (_, row) =>
    row >= from && row < from + length ? [span(glyph.tick, 'accent')] : [span('│', 'faint')],
  );
};

const thumb = (height: number, top: number, total: number): { readonly from: number; readonly length: number } => {
  const length = Math.max(Math.min(2, height), Math.round((height * height) / total));
  const most = Math.max(1, total - height);
  return { length, from: Math.round((Math.min(top, most) / most) * (height - length)) };
};

/** Which first row a place on the scroll bar means: for a press on it, or a drag. */
export const scrollTo = (row: number, height: number, total: number): number => {
  const { length } = thumb(height, 0, total);
  const share = (row - length / 2) / Math.max(1, height - length);
  return Math.round(Math.max(0, Math.min(1, share)) * Math.max(0, total - height));
};
