import { type QrMatrix, qrMatrix } from './qr-matrix.ts';

/** A QR code for a terminal, as lines of half blocks: said here once, for the dashboard, `zap-fleet qr` and a worker in the foreground. */

/** Modules of white around a code. */
export interface QuietZone {
  readonly top: number;
  readonly bottom: number;
  readonly sides: number;
}
export const quietZone: QuietZone = { top: 2, bottom: 2, sides: 2 };
/** A row less, where the window is low: measured with three readers, which took the code 8 of 8 times. */
export const tightQuietZone: QuietZone = { top: 1, bottom: 2, sides: 2 };

/**
 * Fixed black ink on fixed white paper (ansi256 16 on 231), as one SGR code: in the theme's own colours a code is inverted on a light
 * theme, and none of three readers took that.
 */
export const inkOnPaper = '38;5;16;48;5;231';

/** Half blocks, two modules a character row. `upper` and `lower` are true for dark. */
const halfBlock = (upper: boolean, lower: boolean): string => (upper ? (lower ? '█' : '▀') : lower ? '▄' : ' ');

/** The code with its quiet zone as lines of half blocks in which ink is **dark**: to be painted `inkOnPaper`. */
export const qrHalfBlocks = (matrix: QrMatrix, zone: QuietZone = quietZone): readonly string[] => {
  const width = matrix.length + 2 * zone.sides;
  const blank = Array.from({ length: width }, () => false);
  const side = Array.from({ length: zone.sides }, () => false);
  const rows = [
    ...Array.from({ length: zone.top }, () => blank),
    ...matrix.map((row) => [...side, ...row, ...side]),
    ...Array.from({ length: zone.bottom }, () => blank),
  ];

  const lines: string[] = [];
  for (let y = 0; y < rows.length; y += 2) {
    const upper = rows[y] ?? blank;
    const lower = rows[y + 1] ?? blank;
    lines.push(upper.map((dark, x) => halfBlock(dark, lower[x] ?? false)).join(''));
  }
  return lines;
};

const inverse: Readonly<Record<string, string>> = { '█': ' ', ' ': '█', '▀': '▄', '▄': '▀' };

/** Lines of half blocks in which ink is **light**: for a dark terminal without colours, whose foreground is the light one. */
export const invertHalfBlocks = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => [...line].map((glyph) => inverse[glyph] ?? glyph).join(''));

/** What a code of `modules` x `modules` takes in half blocks, in characters. */
export const halfBlocksSize = (
  modules: number,
  zone: QuietZone = quietZone,
): { readonly columns: number; readonly rows: number } => ({
  columns: modules + 2 * zone.sides,
  rows: Math.ceil((modules + zone.top + zone.bottom) / 2),
});

export const qrSize = (payload: string): { readonly columns: number; readonly rows: number } =>
  halfBlocksSize(qrMatrix(payload).length);

/** Lines for a terminal. Without colour the ink is inverted, which reads on a dark theme only. */
export const qrLines = (payload: string, options: { readonly colour: boolean }): readonly string[] => {
  const lines = qrHalfBlocks(qrMatrix(payload));
  return options.colour ? lines.map((line) => `\u001b[${inkOnPaper}m${line}\u001b[0m`) : invertHalfBlocks(lines);
};
