import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { qrPng, qrSvg } from '../../src/qr/qr-image.ts';
import { qrMatrix } from '../../src/qr/qr-matrix.ts';
import { qrHalfBlocks, qrLines, qrSize } from '../../src/qr/qr-text.ts';
import { readQr } from '../support/jsqr.ts';

/** WhatsApp's payload is 231 to 271 bytes. */
const payload = `2@${'aB3/+'.repeat(48)}=,x`;

describe('QR codes', () => {
  test('a WhatsApp payload is 57 modules wide', () => {
    expect(qrMatrix(payload).length).toBe(57);
    expect(qrMatrix(payload).every((row) => row.length === 57)).toBe(true);
    expect(qrSize(payload)).toEqual({ columns: 61, rows: 31 });
  });
  test('the picture is read back', () => {
    const png = PNG.sync.read(qrPng(payload, 4));
    expect(readQr(new Uint8ClampedArray(png.data), png.width, png.height)?.data).toBe(payload);
  });
  test('lines are painted in fixed colours and all of one width', () => {
    const lines = qrHalfBlocks(qrMatrix(payload));
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([61]));
    expect(qrLines(payload, { colour: true })[0]).toContain('\u001b[38;5;16;48;5;231m');
    expect(qrLines(payload, { colour: false })[0]).toBe('█'.repeat(61));
  });
  test('a drawing without colours is read back where the theme is dark', () => {
    const drawn = qrLines(payload, { colour: false });
    expect(drawn).toHaveLength(qrSize(payload).rows);
    expect(new Set(drawn.map((line) => line.length))).toEqual(new Set([qrSize(payload).columns]));
    const modules = drawn.flatMap((line) => [
      [...line].map((glyph) => glyph === '█' || glyph === '▀'),
      [...line].map((glyph) => glyph === '█' || glyph === '▄'),
    ]);
    const scale = 4;
    const [width, height] = [(modules[0]?.length ?? 0) * scale, modules.length * scale];
    const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
    for (let at = 0; at < width * height; at += 1) {
      const light = modules[Math.floor(at / width / scale)]?.[Math.floor((at % width) / scale)];
      if (light !== true) pixels.fill(0, at * 4, at * 4 + 3);
    }
    expect(readQr(pixels, width, height)?.data).toBe(payload);
  });
  test('the SVG has a square for every dark module', () => {
    const dark = qrMatrix(payload).flat().filter(Boolean).length;
    expect(qrSvg(payload).split('h1v1h-1z').length - 1).toBe(dark);
  });
});
