import { readQr } from './jsqr.ts';
import type { Terminal } from './terminal.ts';

/** Reads a QR from the cells of a screen, as a phone's camera would: each cell is two pixels high, painted in its own colours. */

const palette = (index: number, fallback: number): number => {
  if (index === -1) return fallback;
  if (index === 16 || index === 0) return 0;
  if (index === 231 || index === 15) return 255;
  if (index >= 232) return 8 + (index - 232) * 10;
  if (index >= 16) {
    const n = index - 16;
    const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
    return Math.round((level(Math.floor(n / 36)) + level(Math.floor((n % 36) / 6)) + level(n % 6)) / 3);
  }
  return index > 7 ? 200 : 100;
};

export const readQrFromScreen = (
  terminal: Terminal,
  size: { columns: number; rows: number },
  theme: 'dark' | 'light' = 'dark',
): string | null => {
  const scale = 4;
  const width = size.columns * scale;
  const height = size.rows * 2 * scale;
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  const [ink, paper] = theme === 'dark' ? [220, 20] : [20, 240];
  for (let row = 0; row < size.rows; row += 1) {
    for (let column = 0; column < size.columns; column += 1) {
      const cell = terminal.cell(column, row);
      let fg = palette(cell.fg, ink ?? 0);
      let bg = palette(cell.bg, paper ?? 0);
      if (cell.inverse) [fg, bg] = [bg, fg];
      const upper = cell.char === '█' || cell.char === '▀' ? fg : bg;
      const lower = cell.char === '█' || cell.char === '▄' ? fg : bg;
      for (let y = 0; y < 2 * scale; y += 1) {
        for (let x = 0; x < scale; x += 1) {
          const at = ((row * 2 * scale + y) * width + column * scale + x) * 4;
          const grey = y < scale ? upper : lower;
          pixels[at] = grey;
          pixels[at + 1] = grey;
          pixels[at + 2] = grey;
        }
      }
    }
  }
  return readQr(pixels, width, height)?.data ?? null;
};
