import { eighths, glyph } from '../glyphs.ts';
import type { Line } from '../line.ts';
import type { Tone } from '../tone.ts';
import { blank, type Cell, lineOfCells } from './rows.ts';

/**
 * Columns side by side, `height` rows tall in eighths: what was spent a day. `limit` is a dashed line across; a column above it is `over`.
 * The last column is today's, in `today` when given. Width: values x (bar + gap) - gap.
 */
export const columnsChart = (
  values: readonly (number | null)[],
  {
    height,
    bar = 2,
    gap = 1,
    tone,
    today = tone,
    limit = null,
    most = Math.max(limit ?? 0, ...values.map((value) => value ?? 0), 1e-9),
  }: {
    readonly height: number;
    readonly bar?: number;
    readonly gap?: number;
    readonly tone: Tone;
    readonly today?: Tone;
    readonly limit?: number | null;
    readonly most?: number;
  },
): readonly Line[] => {
  const limitRow = limit === null ? -1 : Math.min(height - 1, Math.ceil((limit / most) * height - 1e-9) - 1);
  const under = (row: number): Cell => (row === limitRow ? { char: glyph.dashed, tone: 'warn' } : blank);
  const column = (value: number | null, index: number, row: number): Cell => {
    if (value === null) return row === 0 ? { char: glyph.dot, tone: 'faint' } : under(row);
    const filled = Math.max(0, Math.min(8, Math.round((value / most) * height * 8) - row * 8));
    const color = limit !== null && value > limit ? 'bad' : index === values.length - 1 ? today : tone;
    if (filled > 0) return { char: eighths[filled] ?? '█', tone: color };
    return row === 0 && value > 0 ? { char: '▁', tone: color } : under(row);
  };

  return Array.from({ length: height }, (_, line) => {
    const row = height - 1 - line;
    const cells: Cell[] = [];
    for (const [index, value] of values.entries()) {
      for (let part = 0; part < bar; part += 1) cells.push(column(value, index, row));
      if (index < values.length - 1) for (let part = 0; part < gap; part += 1) cells.push(under(row));
    }
    return lineOfCells(cells);
  });
};
