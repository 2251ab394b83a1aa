import { glyph } from '../paint/glyphs.ts';
import { cut, type Line, span } from '../paint/line.ts';
import type { Tone } from '../paint/tone.ts';

/** The row above the footer: what came of the last key. */

/** `note`: nothing was done, something is said. */
export type ToastKind = 'done' | 'bad' | 'doing' | 'note';

const marks: Readonly<Record<ToastKind, readonly [sign: string, tone: Tone]>> = {
  done: [glyph.done, 'ok+'],
  bad: [glyph.gaveUp, 'bad+'],
  doing: [glyph.starting, 'move+'],
  note: [glyph.dot, 'accent+'],
};

export const toastLine = (kind: ToastKind, text: string, columns: number): Line => {
  const [sign, tone] = marks[kind];
  return [span(' '), span(sign, tone), span(` ${cut(text, columns - 5)}`, kind === 'bad' ? 'bold' : 'plain')];
};
