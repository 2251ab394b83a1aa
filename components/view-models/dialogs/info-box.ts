import { glyph } from '../../paint/glyphs.ts';
import { keyLines } from '../../paint/key-line.ts';
import { emptyLine, type Line, span } from '../../paint/line.ts';
import type { View } from '../view.ts';
import { dialogLines, insideOf, wideDialogWidth, wrapped } from './dialog-frame.ts';

/** What a line `-- so --` of such a text is the heading of; null: it is none. */
export const headingOf = (text: string): string | null => /^-- (.*) --$/.exec(text)?.[1] ?? null;

/** A line of somebody else: a customer who writes what looks like a heading puts no words into a person's mouth with it. */
export const noHeading = (line: string): string => (headingOf(line) === null ? line : ` ${line}`);

/** Text to read, scrolled from `top`; a line `-- so --` is a heading. */
export const infoBox = (
  view: View,
  title: string,
  texts: readonly string[],
  top: number,
  copyable: boolean,
): { readonly lines: readonly Line[]; readonly more: number } => {
  const width = wideDialogWidth(view);
  const inside = insideOf(width);
  const { dialog } = view.t;
  const all = texts.flatMap((text) => {
    const heading = headingOf(text);
    if (heading !== null)
      return [
        [span(heading, 'bold'), span(` ${glyph.light.repeat(Math.max(0, inside - heading.length - 1))}`, 'faint')],
      ];
    return text === '' ? [emptyLine] : wrapped(text, inside);
  });
  const room = Math.max(1, view.rows - 8);
  const more = Math.max(0, all.length - room);
  // A larger window may show more than stood below where it was read.
  const from = Math.min(top, more);
  const shown = all.slice(from, from + room);
  const keys = copyable ? dialog.infoKeysCopy : dialog.infoKeys;
  return {
    lines: dialogLines(view, {
      title,
      tone: 'accent',
      right: more === 0 ? [] : [span(`${Math.min(all.length, from + room)}/${all.length}`, 'muted')],
      width,
      content: [...shown, emptyLine, ...keyLines(more === 0 ? keys.filter(([key]) => key !== 'j k') : keys, inside)],
    }),
    more,
  };
};
