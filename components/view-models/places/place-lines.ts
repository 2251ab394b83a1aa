import { bytesShort } from '../../paint/format.ts';
import { withNumbers } from '../../paint/key-line.ts';
import { emptyLine, type Line, span, type Tone, textLine, wrapText } from '../../paint/line.ts';
import type { View } from '../view.ts';
import { type Detail, detailLines } from './item-detail.ts';
import { type Item, type ItemColumn, itemLines } from './item-list.ts';

/** What a screen of things that a session, or the fleet, has is made of: the list, and what there is to know of the one under the cursor. */

export interface ListPlace {
  readonly cursor: number;
  readonly top: number;
  readonly rows: number;
}

export const listBody = <Key extends string>(
  view: View,
  {
    columns,
    head,
    items,
    detail,
  }: {
    readonly columns: readonly ItemColumn<Key>[];
    readonly head: Readonly<Record<Key, string>>;
    readonly items: readonly Item<Key>[];
    readonly detail: Detail | null;
  },
  { cursor, top, rows }: ListPlace,
  height: number,
): readonly Line[] => {
  const width = view.columns - 1;
  const list = itemLines({ columns, head, items, cursor, top, rows, width });
  const left = height - list.length;
  if (detail === null || left < 1) return list;
  const gap = left >= 6 ? [emptyLine] : [];
  return [...list, ...gap, ...detailLines(detail, view, width, left - gap.length)];
};

/** Of a file: what is smaller than a thousand bytes is not nothing. */
export const sizeText = (bytes: number, view: View): string => bytesShort(Math.max(1024, bytes), view.language);

/** `3 tools, 1 needs you`. */
export const countLine = (words: string, needYou: number, { count }: View['t']): Line => [
  ...withNumbers(words, 'muted', 'bold'),
  ...(needYou === 0
    ? []
    : [span(', ', 'muted'), span(String(needYou), 'bad+'), span(` ${count.needYou(needYou)}`, 'muted')]),
];

/** Lines of prose, for a screen that has nothing yet. */
export const proseLines = (view: View, texts: readonly string[], tone: Tone = 'plain'): readonly Line[] => [
  emptyLine,
  ...texts.flatMap((text) => wrapText(text, view.columns - 3).map((part) => textLine(` ${part}`, tone))),
];
