import { bytesShort } from '../../paint/format.ts';
import { withNumbers } from '../../paint/key-line.ts';
import { emptyLine, type Line, span, type Tone, textLine, wrapText } from '../../paint/line.ts';
import { titledRule } from '../../paint/overlaid.ts';
import type { View } from '../view.ts';
import { type Detail, detailLines } from './item-detail.ts';
import { type Item, type ItemColumn, itemLines } from './item-list.ts';

/** What a screen of things that a session, or the fleet, has is made of: the list, and what there is to know of the one under the cursor. */

/** How one more comes to what is there, for a window that has the rows. */
export interface OneMore {
  readonly title: string;
  readonly texts: readonly string[];
}

/** Fewer rows than this do not say it whole. */
const oneMoreFrom = 6;

/** Below everything else; nothing where `rows` do not hold it whole. */
export const oneMoreLines = (view: View, { title, texts }: OneMore, rows: number): readonly Line[] => {
  if (rows < oneMoreFrom) return [];
  const lines = [
    emptyLine,
    titledRule([span(title, 'bold')], view.columns - 1),
    emptyLine,
    ...texts.flatMap((text) => wrapText(text, view.columns - 5).map((part) => textLine(`  ${part}`, 'muted'))),
  ];
  return lines.length > rows ? [] : lines;
};

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
    oneMore,
  }: {
    readonly columns: readonly ItemColumn<Key>[];
    readonly head: Readonly<Record<Key, string>>;
    readonly items: readonly Item<Key>[];
    readonly detail: Detail | null;
    readonly oneMore?: OneMore;
  },
  { cursor, top, rows }: ListPlace,
  height: number,
): readonly Line[] => {
  const width = view.columns - 1;
  const list = itemLines({ columns, head, items, cursor, top, rows, width });
  const left = height - list.length;
  if (detail === null || left < 1) return list;
  const gap = left >= 6 ? [emptyLine] : [];
  const body = [...list, ...gap, ...detailLines(detail, view, width, left - gap.length)];
  return oneMore === undefined ? body : [...body, ...oneMoreLines(view, oneMore, height - body.length)];
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
