import type { QrMatrix } from '../../src/qr/qr-matrix.ts';
import {
  halfBlocksSize,
  invertHalfBlocks,
  type QuietZone as Margins,
  qrHalfBlocks,
  quietZone,
  tightQuietZone,
} from '../../src/qr/qr-text.ts';
import { isAscii, qrPair, type Theme } from './theme.ts';

/**
 * A QR code for the window: half blocks in fixed black on white with a quiet zone, never in the theme's own colours, which no
 * reader takes on the other kind of theme; blanks of two columns a module where there is no UTF-8.
 */

export interface QrSize {
  readonly columns: number;
  readonly rows: number;
}

/** `full`: all around. `tight`: a row less above, for a low window. */
export type QuietZone = 'full' | 'tight';

const margins: Readonly<Record<QuietZone, Margins>> = { full: quietZone, tight: tightQuietZone };

/** What a code of `modules` x `modules` takes on this terminal. Without UTF-8 a module is two blanks wide and a row high. */
export const qrSize = (modules: number, zone: QuietZone, theme: Theme): QrSize => {
  const { top, bottom, sides } = margins[zone];
  return !isAscii(theme)
    ? halfBlocksSize(modules, margins[zone])
    : { columns: 2 * (modules + 2 * sides), rows: modules + top + bottom };
};

const esc = '\u001b';

const blanks = (matrix: QrMatrix, zone: QuietZone, theme: Theme, inverted: boolean): readonly string[] => {
  const { top, sides } = margins[zone];
  const { columns, rows } = qrSize(matrix.length, zone, theme);
  const paint = (isDark: boolean): string => {
    if (theme.colors === 'none') return isDark === inverted ? '##' : '  ';
    const background =
      theme.colors === '256' || theme.colors === 'true' ? (isDark ? '48;5;16' : '48;5;231') : isDark ? '40' : '107';
    return `${esc}[${background}m  `;
  };

  return Array.from({ length: rows }, (_, row) => {
    let text = '';
    for (let column = 0; column < columns / 2; column += 1) text += paint(matrix[row - top]?.[column - sides] ?? false);
    return theme.colors === 'none' ? text : `${text}${esc}[0m`;
  });
};

/** One string per row, all equally wide. `inverted`: for a light terminal under NO_COLOR, where no fixed pair may be used. */
export const paintQr = (matrix: QrMatrix, zone: QuietZone, theme: Theme, inverted = false): readonly string[] => {
  if (isAscii(theme)) return blanks(matrix, zone, theme, inverted);

  const lines = qrHalfBlocks(matrix, margins[zone]);
  const pair = qrPair(theme);
  if (pair !== null) return lines.map((line) => `${esc}[${pair}m${line}${esc}[0m`);
  // Without colours the terminal's own foreground is the light one, unless the person says otherwise.
  return inverted ? lines : invertHalfBlocks(lines);
};
