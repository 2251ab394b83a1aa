import type { Terminal } from '../test/support/terminal.ts';

/** A terminal's screen as an SVG: every cell in its own colours, as the emulator holds them. */

const cellWidth = 8.4;
const cellHeight = 17;
const paper = '#11151a';
const ink = '#d6dbe1';

const base16 = [
  '#000000',
  '#cc3333',
  '#33aa55',
  '#c8a02a',
  '#3a76d0',
  '#a050c0',
  '#2fa0a8',
  '#c8ccd0',
  '#606870',
  '#ff5555',
  '#55dd77',
  '#ffd23e',
  '#6ba0ff',
  '#d080f0',
  '#5fd7df',
  '#ffffff',
];

const colour = (index: number, otherwise: string): string => {
  if (index < 0) return otherwise;
  if (index < 16) return base16[index] ?? otherwise;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey},${grey},${grey})`;
  }
  const step = (n: number): number => (n === 0 ? 0 : 55 + n * 40);
  const n = index - 16;
  return `rgb(${step(Math.floor(n / 36))},${step(Math.floor((n % 36) / 6))},${step(n % 6)})`;
};

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

interface Run {
  readonly from: number;
  readonly text: string;
  readonly fg: string;
  readonly bg: string;
  readonly bold: boolean;
}

const runsOf = (terminal: Terminal, row: number, columns: number): Run[] => {
  const runs: Run[] = [];
  for (let column = 0; column < columns; column += 1) {
    const cell = terminal.cell(column, row);
    const [fg, bg] = cell.inverse
      ? [colour(cell.bg, paper), colour(cell.fg, ink)]
      : [colour(cell.fg, ink), colour(cell.bg, paper)];
    const last = runs.at(-1);
    if (last !== undefined && last.fg === fg && last.bg === bg && last.bold === cell.bold) {
      runs[runs.length - 1] = { ...last, text: last.text + cell.char };
    } else runs.push({ from: column, text: cell.char, fg, bg, bold: cell.bold });
  }
  return runs;
};

export const screenSvg = (terminal: Terminal, size: { readonly columns: number; readonly rows: number }): string => {
  const width = size.columns * cellWidth + 20;
  const height = size.rows * cellHeight + 20;
  const lines: string[] = [];
  for (let row = 0; row < size.rows; row += 1) {
    for (const run of runsOf(terminal, row, size.columns)) {
      const x = (10 + run.from * cellWidth).toFixed(1);
      const y = 10 + row * cellHeight;
      const length = ([...run.text].length * cellWidth).toFixed(1);
      if (run.bg !== paper)
        lines.push(`<rect x="${x}" y="${y}" width="${length}" height="${cellHeight}" fill="${run.bg}"/>`);
      if (run.text.trim() !== '') {
        const weight = run.bold ? ' font-weight="bold"' : '';
        lines.push(
          `<text x="${x}" y="${y + 13}" fill="${run.fg}"${weight} textLength="${length}" lengthAdjust="spacingAndGlyphs" xml:space="preserve">${escapeXml(run.text)}</text>`,
        );
      }
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace,DejaVu Sans Mono,Menlo,Consolas,monospace" font-size="13.5"><rect width="100%" height="100%" rx="6" fill="${paper}"/>${lines.join('\n')}</svg>\n`;
};
