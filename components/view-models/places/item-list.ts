import { fitted } from '../../paint/box.ts';
import { glyph } from '../../paint/glyphs.ts';
import { cutLine, type Line, lineWidth, onGround, span, type Tone, textWidth } from '../../paint/line.ts';
import { scrollBar } from '../fleet/table-lines.ts';

/**
 * A list as the fleet's: from edge to edge, its columns named once above it, a sign before each name, a bar under the cursor, and an edge
 * beside what wants a person.
 */

export interface ItemColumn<Key extends string> {
  readonly key: Key;
  /** What its cells need at least; its heading is never cut. */
  readonly width: number;
  /** As wide as its widest cell, where there is room, up to so much. */
  readonly most?: number;
  readonly align?: 'right';
  /** What goes first when the window is narrow: the highest; 0 stays. */
  readonly rank: number;
}

/** A cell in its own tones, or in those of its row. */
export type Cell = string | Line;

export interface Item<Key extends string> {
  readonly sign: readonly [sign: string, tone: Tone];
  readonly cells: Readonly<Record<Key, Cell>>;
  /** It wants a person. */
  readonly trouble?: 'bad' | 'warn' | null;
  /** It is there no more: everything of it steps back. */
  readonly isOff?: boolean;
}

export interface ItemList<Key extends string> {
  readonly columns: readonly ItemColumn<Key>[];
  readonly head: Readonly<Record<Key, string>>;
  readonly items: readonly Item<Key>[];
  /** Null: the cursor is elsewhere. */
  readonly cursor: number | null;
  readonly top: number;
  /** Visible items. */
  readonly rows: number;
  readonly width: number;
}

const gap = 2;
/** Edge, mark, sign, and a blank. */
const textAt = 4;
const leastName = 8;

interface Placed<Key extends string> {
  readonly column: ItemColumn<Key>;
  readonly width: number;
}

const cellWidth = (cell: Cell): number => (typeof cell === 'string' ? textWidth(cell) : lineWidth(cell));

/** The columns that a window of so many columns has, and how wide each is. All items count, so that nothing moves when they scroll. */
export const placedColumns = <Key extends string>(
  { columns, head, items }: Pick<ItemList<Key>, 'columns' | 'head' | 'items'>,
  width: number,
): readonly Placed<Key>[] => {
  const widest = ({ key, most = 0 }: ItemColumn<Key>): number =>
    Math.min(most, Math.max(0, ...items.map(({ cells }) => cellWidth(cells[key]))));
  const needed = ({ key, width: least }: ItemColumn<Key>): number => Math.max(least, textWidth(head[key]));
  const total = (all: readonly ItemColumn<Key>[]): number =>
    textAt + all.reduce((sum, column) => sum + needed(column) + gap, -gap);

  let shown = columns;
  while (total(shown) > width) {
    const last = shown.reduce((a, b) => (b.rank > a.rank ? b : a));
    if (last.rank === 0) break;
    shown = shown.filter((column) => column !== last);
  }

  let left = width - total(shown);
  return shown.map((column): Placed<Key> => {
    const least = needed(column);
    // What stays in the narrowest window gives way itself.
    if (left < 0) {
      const own = Math.max(leastName, least + left);
      left += least - own;
      return { column, width: own };
    }
    const more = Math.max(0, Math.min(left, widest(column) - least));
    left -= more;
    return { column, width: least + more };
  });
};

const cellLine = (cell: Cell, tone: Tone): Line => (typeof cell === 'string' ? [span(cell, tone)] : cell);

const inColumn = (line: Line, { column, width }: Placed<string>): Line => {
  const shown = cutLine(line, width);
  if (column.align !== 'right') return fitted(shown, width);
  return [span(' '.repeat(Math.max(0, width - lineWidth(shown)))), ...shown];
};

const cellsOf = <Key extends string>(
  placed: readonly Placed<Key>[],
  cell: (key: Key, index: number) => Line,
): readonly Line[number][] =>
  placed.flatMap((each, index) => [
    ...(index === 0 ? [] : [span(' '.repeat(gap))]),
    ...inColumn(cell(each.column.key, index), each as Placed<string>),
  ]);

const edgeOf = ({ trouble }: Item<string>, isCursor: boolean): Line[number] => {
  if (isCursor) return span(glyph.cursor, 'accent+');
  return trouble == null ? span(' ') : span(glyph.edge, trouble);
};

const itemLine = <Key extends string>(
  item: Item<Key>,
  placed: readonly Placed<Key>[],
  isCursor: boolean,
  width: number,
): Line => {
  const name: Tone = isCursor || item.trouble != null ? 'bold' : item.isOff === true ? 'muted' : 'plain';
  const rest: Tone = item.isOff === true ? 'muted' : 'plain';
  const [sign, tone] = item.sign;
  const line = cutLine(
    [
      edgeOf(item, isCursor),
      span(' '),
      span(sign, tone),
      span(' '),
      ...cellsOf(placed, (key, index) => cellLine(item.cells[key], index === 0 ? name : rest)),
    ],
    width,
  );
  return isCursor ? onGround(line, 'cursor', width) : line;
};

/** The names of the columns, then as many items as there are rows for; a scroll bar at the right where that is not all. */
export const itemLines = <Key extends string>(list: ItemList<Key>): readonly Line[] => {
  const { items, cursor, top, rows, width, head } = list;
  const bar = scrollBar(rows, top, items.length);
  const inner = bar.length === 0 ? width : width - 2;
  const placed = placedColumns(list, inner);
  const shown = items.slice(top, top + rows);
  return [
    cutLine([span(' '.repeat(textAt)), ...cellsOf(placed, (key) => [span(head[key], 'muted')])], inner),
    ...shown.map((item, index) => {
      const line = itemLine(item, placed, top + index === cursor, inner);
      const mark = bar[index];
      return mark === undefined ? line : [...fitted(line, inner), span(' '), ...mark];
    }),
  ];
};

/** Rows of items in a body of so many rows, where `beside` of them are wanted for what is said of the one under the cursor. */
export const itemRows = (total: number, height: number, beside: number): number => {
  const kept = height >= 16 ? Math.min(beside, Math.floor(height / 2)) : height >= 8 ? 4 : 0;
  return Math.max(1, Math.min(Math.max(1, total), height - 1 - kept));
};
