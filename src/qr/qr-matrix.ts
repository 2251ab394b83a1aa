import qrcode from 'qrcode-terminal';

/** Modules of a QR, row by row, true is dark; without a quiet zone. Square. */
export type QrMatrix = readonly (readonly boolean[])[];

const glyphs: Readonly<Record<string, readonly [boolean, boolean]>> = {
  // qrcode-terminal draws light modules as ink (it expects a dark theme): two rows of modules a line, in half blocks.
  '█': [false, false],
  '▀': [false, true],
  '▄': [true, false],
  ' ': [true, true],
};

/**
 * Encodes a text as the smallest QR at level L. `qrcode-terminal` gives only a drawing in theme colours, which no reader takes on a light
 * theme (facts/ink.md), so its drawing is read back into modules and painted by us.
 */
export const qrMatrix = (payload: string): QrMatrix => {
  let drawing = '';
  qrcode.generate(payload, { small: true }, (text) => {
    drawing = text;
  });
  const lines = drawing.split('\n').filter((line) => line !== '');
  // First line is the upper border of ▄, every line has one border column at each side.
  const size = (lines[0]?.length ?? 0) - 2;
  const rows: boolean[][] = [];
  for (const line of lines.slice(1)) {
    const upper: boolean[] = [];
    const lower: boolean[] = [];
    for (const glyph of [...line].slice(1, 1 + size)) {
      const pair = glyphs[glyph];
      if (pair === undefined) throw new Error(`unexpected glyph ${JSON.stringify(glyph)} in a QR drawing`);
      upper.push(pair[0]);
      lower.push(pair[1]);
    }
    rows.push(upper, lower);
  }
  return rows.slice(0, size);
};
