import { plainLines, plainText } from '../../src/session/plain-text.ts';
import type { InstructionsVersion } from '../../src/session/records.ts';
import { glyph } from '../paint/glyphs.ts';
import { emptyLine, type Line, span, textLine, wrapText } from '../paint/line.ts';
import { titledRule } from '../paint/overlaid.ts';
import { type Item, type ItemColumn, itemLines } from './places/item-list.ts';
import { type ReadOn, readOnMark } from './read-on.ts';
import type { View } from './view.ts';

/** Versions of a bot's instructions, the newest first, and below them what the chosen one says. */

export interface VersionList {
  readonly versions: readonly InstructionsVersion[];
  readonly top: number;
  readonly rows: number;
  readonly cursor: number;
}

type Key = 'version' | 'when' | 'author' | 'text';
const columns: readonly ItemColumn<Key>[] = [
  { key: 'version', width: 4, align: 'right', rank: 0 },
  { key: 'when', width: 12, most: 16, rank: 0 },
  { key: 'author', width: 8, most: 14, rank: 1 },
  { key: 'text', width: 10, most: 200, rank: 2 },
];

/** Who wrote it, in the operator's language. */
const authorOf = ({ author }: InstructionsVersion, { t }: View): string => t.pager.actor(plainText(author));

const versionItem = (version: InstructionsVersion, view: View): Item<Key> => ({
  sign: version.isCurrent ? [glyph.answers, 'ok'] : [' ', 'plain'],
  cells: {
    version: String(version.version),
    when: [span(`${view.calendar.date(version.createdAt)} ${view.calendar.time(version.createdAt)}`, 'muted')],
    author: [span(authorOf(version, view), 'muted')],
    text: plainText(version.text),
  },
});

/** What the version says, from a row on, as high as there is room. */
const textLines = (view: View, version: InstructionsVersion, readOn: ReadOn, rows: number): readonly Line[] => {
  const width = view.columns - 1;
  const all = plainLines(version.text).flatMap((part) => (part === '' ? [''] : wrapText(part, width - 3)));
  const top = readOn(all.length - rows);
  const title: Line = [
    span(view.t.chats.promptVersion(version.version), 'bold'),
    span(`  ${authorOf(version, view)}`, 'muted'),
  ];
  return [
    titledRule(title, width, readOnMark(top, rows, all.length)),
    ...all.slice(top, top + rows).map((part) => textLine(` ${part}`)),
  ];
};

export const instructionsBody = (
  view: View,
  { versions, top, rows, cursor }: VersionList,
  readOn: ReadOn,
  height: number,
): readonly Line[] => {
  const chosen = versions[cursor];
  const list = itemLines({
    columns,
    head: view.t.prompt.head,
    items: versions.map((version) => versionItem(version, view)),
    cursor,
    top,
    rows,
    width: view.columns - 1,
  });
  return [
    ...list,
    emptyLine,
    ...(chosen === undefined ? [] : textLines(view, chosen, readOn, Math.max(1, height - list.length - 2))),
  ];
};
