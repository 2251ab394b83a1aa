import * as jsqr from 'jsqr';
import { afterEach, describe, expect, it } from 'vitest';
import { paintQr, qrSize } from '../../../components/paint/qr-paint.ts';
import { qrMatrix } from '../../../src/qr/qr-matrix.ts';
import { answerEverything } from '../support/answers.ts';
import { fakeFleet, now, qrPayload, seconds } from '../support/fake-fleet.ts';
import { type Cell, openScreen, type Screen, type ScreenOptions } from '../support/terminal.ts';

type Decode = (
  data: Uint8ClampedArray,
  width: number,
  height: number,
  options: object,
) => { readonly data: string } | null;
const decode = ((jsqr.default as unknown as { default?: Decode }).default ?? jsqr.default) as unknown as Decode;

interface Shades {
  readonly foreground: number;
  readonly background: number;
}
/** What a terminal shows where a program leaves the colours to it. */
const themes: Readonly<Record<string, Shades>> = {
  dark: { foreground: 220, background: 20 },
  light: { foreground: 30, background: 250 },
};

const shadeOf = (color: number, fallback: number): number =>
  color === 231 || color === 15 ? 255 : color === 16 || color === 0 ? 0 : color === -1 ? fallback : 128;

/** Reads the screen as a camera would: every cell is 4 by 8 pixels, half blocks fill half of them. */
const photograph = (cells: readonly (readonly Cell[])[], theme: Shades): string | null => {
  const scale = 4;
  const rows = cells.length;
  const columns = cells[0]?.length ?? 0;
  const width = columns * scale;
  const height = rows * 2 * scale;
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const cell = cells[Math.floor(y / (2 * scale))]?.[Math.floor(x / scale)];
      const upper = y % (2 * scale) < scale;
      const text = cell?.text ?? '';
      const ink = text === '█' || (text === '▀' && upper) || (text === '▄' && !upper);
      const value = ink
        ? shadeOf(cell?.foreground ?? -1, theme.foreground)
        : shadeOf(cell?.background ?? -1, theme.background);
      const at = (y * width + x) * 4;
      pixels.set([value, value, value, 255], at);
    }
  // Like most readers, which do not try the negative: a code drawn in theme colours must fail here.
  return decode(pixels, width, height, { inversionAttempts: 'dontInvert' })?.data ?? null;
};

let screen: Screen | null = null;
const show = async (options: Partial<ScreenOptions>): Promise<Screen> => {
  const fleet = options.fleet ?? fakeFleet();
  answerEverything(fleet);
  screen = await openScreen({ ...options, fleet });
  await screen.press('j', 'j', 'j', 'enter');
  return screen;
};
afterEach(async () => {
  await screen?.close();
  screen = null;
});

describe('a QR on the screen', () => {
  for (const [columns, rows] of [
    [61, 30],
    [92, 30],
    [100, 30],
    [120, 35],
    [120, 40],
    [200, 50],
  ] as const)
    for (const [name, theme] of Object.entries(themes))
      it(`is read at ${columns}x${rows} on a ${name} terminal`, async () => {
        const shown = await show({ columns, rows });
        expect(photograph(shown.cells(), theme)).toBe(qrPayload);
      });

  it('is read with 16 colours too', async () => {
    const shown = await show({ columns: 100, rows: 30, env: { TERM: 'xterm' } });
    for (const theme of Object.values(themes)) expect(photograph(shown.cells(), theme)).toBe(qrPayload);
  });

  it('can be turned round by hand where no colour may be used', async () => {
    const shown = await show({ columns: 100, rows: 40, env: { NO_COLOR: '1' } });
    await shown.press('v');
    expect(photograph(shown.cells(), themes['dark'] ?? fail())).toBe(qrPayload);
    await shown.press('v');
    expect(photograph(shown.cells(), themes['light'] ?? fail())).toBe(qrPayload);
  });

  it('is replaced when WhatsApp renews it, and drawn once otherwise', async () => {
    const shown = await show({ columns: 120, rows: 40 });
    shown.written();
    shown.advance(1000);
    await shown.waitFor(/this code +[━╸─]+ +13s/);
    // Ink writes the rest of the row on which the countdown changed, and no other row of the code.
    const rows = shown
      .written()
      .split('\u001b[E')
      .filter((text) => /[█▀▄]/.test(text));
    expect(rows.length).toBeLessThanOrEqual(1);
    const next = `${qrPayload.slice(0, -3)}new`;
    shown.fleet.patch('studio-bela', {
      qr: { payload: next, attempt: 5, maxAttempts: 12, expiresAt: now + seconds(20) },
    });
    await shown.waitFor('5 of 12');
    expect(photograph(shown.cells(), themes['light'] ?? fail())).toBe(next);
  });

  it('never says its payload in words', async () => {
    const shown = await show({ columns: 80, rows: 24 });
    expect(shown.text()).toContain('This QR needs 61 x 30 characters');
    expect(shown.written()).not.toContain(qrPayload.slice(0, 12));
  });

  it('is drawn with blanks where there is no UTF-8', () => {
    const theme = { colors: '256', background: 'dark', glyphs: 'ascii' } as const;
    const matrix = qrMatrix('short');
    const rows = paintQr(matrix, 'full', theme);
    expect(rows).toHaveLength(qrSize(matrix.length, 'full', theme).rows);
    expect(rows.join('')).toMatch(/^[\u001b[\]0-9;m ]*$/);
  });
});

const fail = (): never => {
  throw new Error('no such theme');
};
