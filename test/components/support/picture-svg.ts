import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { screenSvg } from '../../../scripts/screen-svg.ts';
import type { TerminalCell } from '../../support/terminal.ts';
import type { Picture } from './picture.ts';

/** A picture to be looked at: with `DRAW_GOLDEN=FOLDER` each golden picture is drawn there as an SVG. */

const folder = process.env['DRAW_GOLDEN'] ?? '';

const cellOf = (sign: string, style: string): TerminalCell => {
  const [, weights = '', ink = '', paper = ''] = /^([bdiu]*)(\d*)(?:\/(\d+))?$/.exec(style === '-' ? '' : style) ?? [];
  return {
    char: sign === '' ? ' ' : sign,
    fg: ink === '' ? -1 : Number(ink),
    bg: paper === '' || paper === undefined ? -1 : Number(paper),
    fgRgb: false,
    bgRgb: false,
    inverse: weights.includes('i'),
    bold: weights.includes('b'),
    dim: weights.includes('d'),
  };
};

export const drawPicture = (name: string, picture: Picture): void => {
  if (folder === '') return;
  mkdirSync(folder, { recursive: true });
  const cell = (column: number, row: number): TerminalCell =>
    cellOf(picture[row]?.signs[column] ?? ' ', picture[row]?.styles[column] ?? '-');
  const size = { columns: picture[0]?.signs.length ?? 0, rows: picture.length };
  const svg = screenSvg({ cell }, size, name.endsWith('light') ? 'light' : 'dark');
  writeFileSync(join(folder, `${name.replaceAll(' ', '-')}.svg`), svg);
};
