import { boxed } from '../../paint/box.ts';
import { glyph } from '../../paint/glyphs.ts';
import { emptyLine, type Line, span, textLine, wrapText } from '../../paint/line.ts';
import type { Tone } from '../../paint/tone.ts';
import type { View } from '../view.ts';

/** The frame of every dialog: what is asked stands in its border, in the colour of how grave it is. */

/** `bad`: for ever; `warn`: a bot stops; `accent`: everything else. */
export type DialogTone = 'bad' | 'warn' | 'accent';

/** Under 60 columns a dialog is as wide as the window. */
export const dialogWidth = (view: View): number =>
  view.columns < 60 ? view.columns - 1 : Math.min(64, view.columns - 4);
export const wideDialogWidth = (view: View): number => Math.max(20, Math.min(104, view.columns - 3));

/** Columns for what stands inside: text begins three inside the border. */
export const insideOf = (width: number): number => width - 6;

export interface DialogFrame {
  /** The verb leads, in the frame's colour: `Stop Padaria do João?`. */
  readonly title: string;
  readonly right?: Line;
  readonly tone: DialogTone;
  readonly content: readonly Line[];
  readonly width: number;
}

const titleLine = (title: string, tone: DialogTone): Line => {
  const [verb = '', ...rest] = title.split(' ');
  return [span(verb, `${tone}+`), ...(rest.length === 0 ? [] : [span(` ${rest.join(' ')}`, 'bold')])];
};

/** Blank rows go from the top where a low window has no room for them. */
const tightened = (content: readonly Line[], rows: number): readonly Line[] => {
  let excess = content.length - rows;
  return content.filter((line) => {
    if (excess <= 0 || line.length > 0) return true;
    excess -= 1;
    return false;
  });
};

/** A line and how well a low window can do without it; 0: not at all. */
export type Spared = readonly [spare: number, line: Line];

/** Without what can be spared most, until the rest fits; blank rows go anyway. */
export const inRoom = (lines: readonly Spared[], rows: number): readonly Line[] => {
  const written = lines.filter(([, line]) => line.length > 0);
  const spared = new Set(
    written
      .filter(([spare]) => spare > 0)
      .sort(([a], [b]) => b - a)
      .slice(0, Math.max(0, written.length - rows)),
  );
  return lines.filter((line) => !spared.has(line)).map(([, line]) => line);
};

/** The keys stand last and are always seen: what a low window has no room for is left out before them, and that is said. */
const withKeys = (content: readonly Line[], rows: number): readonly Line[] => {
  if (content.length <= rows) return content;
  const keys = content.slice(-1);
  return [...content.slice(0, rows - 2), textLine(glyph.more, 'muted'), ...keys];
};

export const dialogLines = (
  view: View,
  { title, right = emptyLine, tone, content, width }: DialogFrame,
): readonly Line[] => {
  const inside = withKeys(tightened([emptyLine, ...content, emptyLine], view.rows - 2), view.rows - 2);
  return boxed({
    title: titleLine(title, tone),
    right,
    tone,
    width,
    rows: inside.length + 2,
    content: inside.map((line) => (line.length === 0 ? line : [span(' '), ...line])),
  });
};

export const wrapped = (text: string, width: number, tone: Tone = 'plain'): readonly Line[] =>
  wrapText(text, width).map((part) => textLine(part, tone));
