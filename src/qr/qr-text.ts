import qrcode from 'qrcode-terminal';
import { type QrMatrix, qrMatrix } from './qr-matrix.ts';

/**
 * Modules of white around a code: at least two below and beside; one above still reads (drawings of a WhatsApp payload as pictures: 8 of
 * 8 read by each of three readers).
 */
export interface QuietZone {
  readonly top: number;
  readonly bottom: number;
  readonly sides: number;
}
export const quietZone: QuietZone = { top: 2, bottom: 2, sides: 2 };

/** Half blocks, two modules a character row. `upper` and `lower` are true for dark. */
const halfBlock = (upper: boolean, lower: boolean): string => (upper ? (lower ? '█' : '▀') : lower ? '▄' : ' ');

/** The code with its quiet zone as lines of half blocks in which ink is **dark**: to be painted black (16) on white (231). */
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

/** Fixed black on fixed white (ansi256 16 on 231): theme colours are inverted on light themes, and no reader takes that. */
const fixedPair = '\u001b[38;5;16;48;5;231m';
const plain = '\u001b[0m';

export const qrSize = (payload: string): { readonly columns: number; readonly rows: number } => {
  const side = qrMatrix(payload).length;
  return { columns: side + 2 * quietZone.sides, rows: Math.ceil((side + quietZone.top + quietZone.bottom) / 2) };
};

/**
 * Without colours, ink has to be the **light** modules: right on a dark theme, and no reader takes it on a light one. `qrcode-terminal`
 * draws just that, with one module of white around; the second one is put around its drawing here.
 */
const drawnForDarkThemes = (payload: string): readonly string[] => {
  let drawing = '';
  qrcode.generate(payload, { small: true }, (text) => {
    drawing = text;
  });

  // The first line is the border alone (▄): half a line, which one more module makes whole.
  const [border = '', ...lines] = drawing.split('\n').filter((line) => line !== '');
  const white = '█'.repeat(border.length + 2);
  return [white, ...lines.map((line) => `█${line}█`), white];
};

/** Lines for a terminal, with the quiet zone. Without colour they read on a dark theme only. */
export const qrLines = (payload: string, options: { readonly colour: boolean }): readonly string[] =>
  options.colour
    ? qrHalfBlocks(qrMatrix(payload)).map((line) => `${fixedPair}${line}${plain}`)
    : drawnForDarkThemes(payload);
