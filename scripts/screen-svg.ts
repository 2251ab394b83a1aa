import stringWidth from 'string-width';
import type { TerminalCell } from '../test/support/terminal.ts';
import { type Cellbox, shapeOf } from './glyph-shapes.ts';
import { type Ground, inkOf, paperOf, type SeenCell, seenCell } from './terminal-colors.ts';

/** A terminal's screen as an SVG: letters as text, everything else as shapes, every cell in its own colours. */

export interface CellSource {
  cell(column: number, row: number): TerminalCell;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const cellWidth = 8.4;
const cellHeight = 17;
const margin = 10;

const n = (value: number): string => String(Math.round(value * 100) / 100);

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const boxAt = (column: number, row: number, columns = 1): Cellbox => ({
  x: margin + column * cellWidth,
  y: margin + row * cellHeight,
  width: columns * cellWidth,
  height: cellHeight,
});

/** Paths of one look together: a screen has thousands of cells and some dozens of colours. */
class Paths {
  readonly #paths = new Map<string, string[]>();

  add(attributes: string, path: string): void {
    const known = this.#paths.get(attributes);
    if (known === undefined) this.#paths.set(attributes, [path]);
    else known.push(path);
  }

  drawn(): string {
    return [...this.#paths].map(([attributes, paths]) => `<path ${attributes} d="${paths.join('')}"/>`).join('');
  }
}

/** Cells of one row, the first of them at `start`. `under`: what stands for the terminal's own background; null: it shows through. */
interface Run {
  readonly cells: readonly SeenCell[];
  readonly row: number;
  readonly start: number;
  readonly under: string | null;
}

const papers = ({ cells, row, start, under }: Run, paths: Paths): void => {
  const paperAt = (index: number): string | null => cells[index]?.paper ?? under;
  for (let from = 0; from < cells.length; ) {
    const paper = paperAt(from);
    let to = from + 1;
    while (to < cells.length && paperAt(to) === paper) to += 1;
    if (paper !== null) {
      const { x, y, width, height } = boxAt(start + from, row, to - from);
      paths.add(`fill="${paper}"${crisp}`, `M${n(x)} ${n(y)}h${n(width)}v${n(height)}h${n(-width)}z`);
    }
    from = to;
  }
};

/** Papers and blocks of a row touch those of the next one: edges that are softened leave a line between them. */
const crisp = ' shape-rendering="crispEdges"';
const isWhole = (char: string): boolean => char >= '\u2580' && char <= '\u259f';

const shapes = ({ cells, row, start }: Run, paths: Paths): readonly boolean[] =>
  cells.map(({ char, ink }, index) => {
    const shape = shapeOf(char, boxAt(start + index, row));
    if (shape === null) return false;
    const opacity = shape.opacity === undefined ? '' : ` fill-opacity="${shape.opacity}"`;
    if (shape.stroke === null) paths.add(`fill="${ink}"${opacity}${isWhole(char) ? crisp : ''}`, shape.path);
    else paths.add(`fill="none" stroke="${ink}" stroke-width="${shape.stroke}"`, shape.path);
    return true;
  });

const words = ({ cells, row, start }: Run, isShape: readonly boolean[]): string => {
  let out = '';
  const isLetter = (column: number): boolean => isShape[column] === false && cells[column]?.char.trim() !== '';
  for (let from = 0; from < cells.length; from += 1) {
    const first = cells[from];
    if (first === undefined || !isLetter(from)) continue;
    let to = from + 1;
    let text = first.char;
    const isSame = (column: number): boolean => {
      const cell = cells[column];
      return isShape[column] === false && cell !== undefined && cell.ink === first.ink && cell.bold === first.bold;
    };
    // A sign of two columns stands alone: what a font makes of it does not stretch its neighbours.
    if (stringWidth(text) === 1) {
      while (to < cells.length && isSame(to) && stringWidth(cells[to]?.char ?? '') === 1) {
        text += cells[to]?.char ?? '';
        to += 1;
      }
    }
    text = text.trimEnd();
    const { x, y } = boxAt(start + from, row);
    const weight = first.bold ? ' font-weight="bold"' : '';
    out += `<text x="${n(x)}" y="${n(y + 13)}" fill="${first.ink}"${weight} textLength="${n(stringWidth(text) * cellWidth)}">${escapeXml(text)}</text>`;
    from = to - 1;
  }
  return out;
};

const drawn = (run: Run): string => {
  const under = new Paths();
  const over = new Paths();
  papers(run, under);
  const isShape = shapes(run, over);
  return under.drawn() + over.drawn() + words(run, isShape);
};

/** One row, to be put into `svgOf`. */
export const rowSvg = (source: CellSource, row: number, columns: number, ground: Ground): string => {
  const cells = Array.from({ length: columns }, (_, column) => seenCell(source.cell(column, row), ground));
  return drawn({ cells, row, start: 0, under: null });
};

/** What lies over an older picture of the same cells. */
export const runSvg = (cells: readonly SeenCell[], row: number, start: number, ground: Ground): string =>
  drawn({ cells, row, start, under: paperOf[ground] });

/** A whole picture around rows. */
export const svgOf = (content: string, size: Size, ground: Ground, style = ''): string => {
  const width = n(size.columns * cellWidth + 2 * margin);
  const height = n(size.rows * cellHeight + 2 * margin);
  const font = 'ui-monospace,DejaVu Sans Mono,Menlo,Consolas,monospace';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="${font}" font-size="13.95" fill="${inkOf[ground]}" xml:space="preserve"><style>text{white-space:pre}${style}</style><rect width="100%" height="100%" rx="6" fill="${paperOf[ground]}"/>${content}</svg>\n`;
};

export const screenSvg = (source: CellSource, size: Size, ground: Ground = 'dark'): string =>
  svgOf(
    Array.from({ length: size.rows }, (_, row) => rowSvg(source, row, size.columns, ground)).join('\n'),
    size,
    ground,
  );
