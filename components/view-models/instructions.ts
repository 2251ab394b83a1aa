import { plainLines, plainText } from '../../src/session/plain-text.ts';
import type { InstructionsVersion } from '../../src/session/records.ts';
import { glyph } from '../paint/glyphs.ts';
import { cut, emptyLine, type Line, onGround, padEnd, padStart, span, textLine, wrapText } from '../paint/line.ts';
import { titledRule } from '../paint/overlaid.ts';
import type { View } from './view.ts';

/** Versions of a bot's instructions, the newest first, and below them what the chosen one says. */

export interface VersionList {
  readonly versions: readonly InstructionsVersion[];
  readonly top: number;
  readonly rows: number;
  readonly cursor: number;
}

const versionLine = (view: View, version: InstructionsVersion, isCursor: boolean): Line => {
  const width = view.columns - 1;
  const { calendar } = view;
  const when = `${calendar.date(version.createdAt)} ${calendar.time(version.createdAt)}`;
  const wide = view.columns >= 60;
  const head: Line = [
    span(isCursor ? glyph.cursor : ' ', 'accent+'),
    span(version.isCurrent ? ` ${glyph.answers} ` : '   ', 'ok'),
    span(padStart(String(version.version), 3), isCursor ? 'bold' : 'plain'),
    span(`  ${padEnd(when, 13)}`, 'muted'),
    ...(wide ? [span(padEnd(cut(plainText(version.author), 12), 14), 'muted')] : []),
  ];
  const room = width - (wide ? 36 : 22);
  const line = [...head, span(cut(plainText(version.text), Math.max(0, room)), isCursor ? 'bold' : 'plain')];
  return isCursor ? onGround(line, 'cursor', width) : line;
};

/** What the version says, from a row on, as high as there is room. */
const textLines = (view: View, version: InstructionsVersion, scroll: number, rows: number): readonly Line[] => {
  const width = view.columns - 1;
  const all = plainLines(version.text).flatMap((part) => (part === '' ? [''] : wrapText(part, width - 3)));
  const top = Math.min(scroll, Math.max(0, all.length - 1));
  const last = Math.min(all.length, top + rows);
  const where: Line = all.length <= rows ? [] : [span(`${top + 1}-${last}/${all.length}`, 'muted')];
  const title: Line = [
    span(view.t.chats.promptVersion(version.version), 'bold'),
    span(`  ${plainText(version.author)}`, 'muted'),
  ];
  return [titledRule(title, width, where), ...all.slice(top, last).map((part) => textLine(` ${part}`))];
};

export const instructionsBody = (
  view: View,
  { versions, top, rows, cursor }: VersionList,
  scroll: number,
  height: number,
): readonly Line[] => {
  const shown = versions.slice(top, top + rows);
  const chosen = versions[cursor];
  return [
    ...shown.map((version, index) => versionLine(view, version, top + index === cursor)),
    emptyLine,
    ...(chosen === undefined ? [] : textLines(view, chosen, scroll, Math.max(1, height - shown.length - 2))),
  ];
};
