import { thousands } from '../../../src/words/figures.ts';
import { glyph } from '../../paint/glyphs.ts';
import { type Line, layout, place, rightOf, span, type Tone, textWidth } from '../../paint/line.ts';
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

/**
 * A head may reach into the gap before its column: numbers are narrower than their names. Its arrow comes nearer where that is all the
 * room there is, and else stands in the gap behind it.
 */
const numberHead = (
  words: string,
  pointed: boolean,
  { start, width }: Column,
  before: Column | undefined,
): { readonly start: number; readonly text: string } => {
  const least = before === undefined ? 0 : before.start + before.width + 1;
  const to = start + width;
  const from = (text: string): number => to - textWidth(text);
  if (!pointed) return { start: from(words), text: words };
  const tries = [`${words} ${glyph.down}`, `${words}${glyph.down}`];
  const fits = tries.find((text) => from(text) >= least);
  return fits === undefined ? { start: from(words), text: `${words}${glyph.down}` } : { start: from(fits), text: fits };
};

/** The column that rows are sorted by is bold and points down: the most, or the first letter, on top. */
export const columnHeads = (columns: FleetColumns, view: View, sorted: ColumnId): Line => {
  const isShown = columns.all.some(({ id }) => id === sorted);
  return layout(
    columns.all.map((column, index) => {
      const isSorted = column.id === sorted;
      const by = !isShown && column.id === 'name' ? `, ${view.t.column[sorted]}` : '';
      const pointed = isSorted || by !== '';
      const words = `${headText(column, view)}${by}`;
      const tone = pointed ? ('bold' as const) : ('muted' as const);
      if (column.align !== 'right')
        return { column: column.start, text: pointed ? `${words} ${glyph.down}` : words, tone };
      const { start, text } = numberHead(words, pointed, column, columns.all[index - 1]);
      return { column: start, text, tone };
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
