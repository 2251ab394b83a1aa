import { eighths, glyph } from '../glyphs.ts';
import type { Line } from '../line.ts';
import type { Tone } from '../tone.ts';
import { type Cell, lineOfCells } from './rows.ts';

/** Nothing happened: a line on the ground. Nothing known: a dot. Anything else is at least one eighth, at most seven. */
const cellOf = (value: number | null, most: number, tone: Tone): Cell => {
  if (value === null) return { char: glyph.dot, tone: 'faint' };
  if (value <= 0) return { char: '▁', tone: 'faint' };
  return { char: eighths[Math.max(1, Math.min(7, Math.round((value / most) * 7)))] ?? '█', tone };
};

/** One row of columns, a value a cell; `most` is the scale's end: the largest value when none is given. Values may choose their own tone. */
export const spark = (
  values: readonly (number | null)[],
  tone: Tone | ((value: number, index: number) => Tone),
  most: number = Math.max(1, ...values.map((value) => value ?? 0)),
): Line =>
  lineOfCells(
    values.map((value, index) => cellOf(value, most, typeof tone === 'string' ? tone : tone(value ?? 0, index))),
  );

/** `values` in `width` cells, each the most of its share: what was high stays seen. */
export const resampled = (values: readonly (number | null)[], width: number): readonly (number | null)[] => {
  if (values.length === 0 || width <= 0) return [];
  return Array.from({ length: width }, (_, cell) => {
    const from = Math.floor((cell * values.length) / width);
    const to = Math.max(from + 1, Math.floor(((cell + 1) * values.length) / width));
    const known = values.slice(from, to).filter((value): value is number => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  });
};
