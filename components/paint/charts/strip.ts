import { glyph } from '../glyphs.ts';
import type { Line } from '../line.ts';
import { type Cell, lineOfCells } from './rows.ts';

/** How customers were served, an hour a cell: thin and calm while all is well, the taller and redder the worse. */
const cells: Readonly<Record<string, Cell>> = {
  i: { char: '▂', tone: 'calm' },
  l: { char: '▅', tone: 'warn' },
  n: { char: '▇', tone: 'bad' },
  '.': { char: glyph.dot, tone: 'faint' },
  '-': { char: glyph.dashed, tone: 'faint' },
};
const unknown: Cell = { char: ' ', tone: 'plain' };

/** From good to worse: what two hours in one cell show. */
const severity = ' -.iln';

/** `hours`: a letter an hour, oldest first (`i` in time, `l` late, `n` not answered, `.` nobody wrote, `-` off, blank unknown), in exactly `width` cells. */
export const strip = (hours: string, width: number = hours.length): Line => {
  const letters = Array.from({ length: width }, (_, cell) => {
    const from = Math.floor((cell * hours.length) / width);
    const to = Math.max(from + 1, Math.floor(((cell + 1) * hours.length) / width));
    return [...hours.slice(from, to)].reduce(
      (worst, letter) => (severity.indexOf(letter) > severity.indexOf(worst) ? letter : worst),
      ' ',
    );
  });
  return lineOfCells(letters.map((letter) => cells[letter] ?? unknown));
};
