import { expect, it } from 'vitest';
import { glyph } from '../../components/paint/glyphs.ts';
import { shapeOf } from '../../scripts/glyph-shapes.ts';
import { screenSvg } from '../../scripts/screen-svg.ts';
import type { TerminalCell } from '../support/terminal.ts';

const blank: TerminalCell = {
  char: ' ',
  fg: -1,
  bg: -1,
  fgRgb: false,
  bgRgb: false,
  inverse: false,
  bold: false,
  dim: false,
};
const drawn = (cells: readonly Partial<TerminalCell>[], ground?: 'dark' | 'light'): string =>
  screenSvg({ cell: (column) => ({ ...blank, ...cells[column] }) }, { columns: cells.length, rows: 1 }, ground);
const word = (text: string, style: Partial<TerminalCell> = {}) => [...text].map((char) => ({ char, ...style }));

it('draws letters as text in the colours of their cells, by number or in 24 bits', () => {
  expect(drawn(word('ok', { fg: 79 }))).toContain('fill="#5fd7af" textLength="16.8">ok</text>');
  expect(drawn(word('ok', { fg: 0x62e6bd, fgRgb: true, bold: true }))).toContain('fill="#62e6bd" font-weight="bold"');
  expect(drawn(word('a<b'))).toContain('fill="#dfe3ec" textLength="25.2">a&lt;b</text>');
  expect(drawn(word('x'), 'light')).toContain('fill="#23262e"');
});

it('paints backgrounds and reverse, and dims towards what lies under', () => {
  expect(drawn(word('x', { bg: 160 }))).toContain(
    '<path fill="#d70000" shape-rendering="crispEdges" d="M10 10h8.4v17h-8.4z"/>',
  );
  const reversed = drawn(word('x', { inverse: true }));
  expect(reversed).toContain('<path fill="#dfe3ec" shape-rendering="crispEdges" d="M10 10h8.4v17h-8.4z"/>');
  expect(reversed).toContain('<text x="10" y="23" fill="#0f1218"');
  expect(drawn(word('x', { fg: 0xffffff, fgRgb: true, bg: 0, bgRgb: true, dim: true }))).toContain('fill="#999999"');
});

it('needs no font for the signs of the screens', () => {
  const letters = new Set(['…', '›', '→', '↑', '↓', '–', '·']);
  const box = { x: 0, y: 0, width: 8, height: 16 };
  const signs = [...Object.values(glyph), ...'▁▂▃▄▅▆▇█░▒▓▀╭─╮│╰╯├┤■♦', '\u28ff'];
  expect(signs.filter((sign) => shapeOf(sign, box) === null && !letters.has(sign))).toEqual([]);
  expect(shapeOf('a', box)).toBeNull();
  expect(shapeOf('█', box)?.path).toBe('M0 0h8v16h-8z');
  expect(shapeOf('▂', box)?.path).toBe('M0 12h8v4h-8z');
  expect(shapeOf('\u2801', box)?.path.match(/M/g)).toHaveLength(1);
});
