import { type Line, span } from '../line.ts';
import type { Tone } from '../tone.ts';

/** Cells that were drawn one by one, as lines: neighbours of one tone become one span. */

export interface Cell {
  readonly char: string;
  readonly tone: Tone;
}

export const blank: Cell = { char: ' ', tone: 'plain' };

export const lineOfCells = (cells: readonly Cell[]): Line => {
  const spans: { text: string; tone: Tone }[] = [];
  for (const { char, tone } of cells) {
    const last = spans.at(-1);
    if (last !== undefined && last.tone === tone) last.text += char;
    else spans.push({ ...span(char, tone) });
  }
  return spans;
};
