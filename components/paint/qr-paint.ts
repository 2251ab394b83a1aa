import type { QrMatrix } from '../../src/qr/qr-matrix.ts';
import { qrPair, type Theme } from './theme.ts';

/**
 * A QR code for a terminal: half blocks in fixed black on white with a quiet zone, never in the theme's own colours, which no
 * reader takes on the other kind of theme (facts/ink.md).
 */

export interface QrSize {
  readonly columns: number;
  readonly rows: number;
}

/** `full`: quiet zone 2 all around. `tight`: 1 above, 2 below, 2 beside, which still read 8 of 8 in three readers. */
export type QuietZone = 'full' | 'tight';

const side = 2;
const above = (zone: QuietZone): number => (zone === 'full' ? 2 : 1);

/** What a code of `modules` x `modules` takes on this terminal. Without UTF-8 a module is two blanks wide and a row high. */
export const qrSize = (modules: number, zone: QuietZone, theme: Theme): QrSize => {
  const high = modules + above(zone) + 2;
  return theme.utf8
    ? { columns: modules + 2 * side, rows: Math.ceil(high / 2) }
    : { columns: 2 * (modules + 2 * side), rows: high };
};

const esc = '\u001b';

const halfBlocks = (upper: boolean, lower: boolean): string => (upper ? (lower ? '█' : '▀') : lower ? '▄' : ' ');

/** One string per row, all equally wide. `inverted`: for a light terminal under NO_COLOR, where no fixed pair may be used. */
export const paintQr = (matrix: QrMatrix, zone: QuietZone, theme: Theme, inverted = false): readonly string[] => {
  const { rows } = qrSize(matrix.length, zone, theme);
  const dark = (row: number, column: number): boolean => matrix[row - above(zone)]?.[column - side] ?? false;
  const width = matrix.length + 2 * side;
  const pair = qrPair(theme);
  return Array.from({ length: rows }, (_, row) => {
    let text = '';
    if (!theme.utf8) {
      for (let column = 0; column < width; column += 1) {
        const isDark = dark(row, column);
        if (pair === null) text += isDark === inverted ? '##' : '  ';
        else
          text += `${esc}[${isDark ? (theme.colors === '256' ? '48;5;16' : '40') : theme.colors === '256' ? '48;5;231' : '107'}m  `;
      }
      return pair === null ? text : `${text}${esc}[0m`;
    }
    for (let column = 0; column < width; column += 1) {
      const upper = dark(2 * row, column);
      const lower = dark(2 * row + 1, column);
      // Without colours the terminal's own foreground is the light one, unless the person says otherwise.
      text += pair === null && !inverted ? halfBlocks(!upper, !lower) : halfBlocks(upper, lower);
    }
    return pair === null ? text : `${esc}[${pair}m${text}${esc}[0m`;
  });
};
