import { glyph } from '../glyphs.ts';
import type { Line } from '../line.ts';
import { type Cell, lineOfCells } from './rows.ts';

const shades = [glyph.dot, '░', '▒', '▓', '█'];

/** Shades of one hue, a value a cell (`cellWidth` columns each): the more the darker, by quarters of the most; nothing is a dot. */
export const heat = (rows: readonly (readonly (number | null)[])[], cellWidth = 1): readonly Line[] => {
  const most = Math.max(1, ...rows.flat().map((value) => value ?? 0));
  const cellOf = (value: number | null): Cell => {
    if (value === null) return { char: ' ', tone: 'plain' };
    const shade = value <= 0 ? 0 : Math.max(1, Math.min(4, Math.ceil((value / most) * 4)));
    return { char: shades[shade] ?? '█', tone: shade === 0 ? 'faint' : 'in' };
  };
  return rows.map((row) =>
    lineOfCells(
      row.flatMap((value) => {
        const cell = cellOf(value);
        const more = cell.char === glyph.dot ? { char: ' ', tone: cell.tone } : cell;
        return [cell, ...Array.from({ length: cellWidth - 1 }, () => more)];
      }),
    ),
  );
};
