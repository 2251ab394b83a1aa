import xterm from '@xterm/headless';
import { expect, it } from 'vitest';
import { layout, lineWidth, place, rightOf } from '../../components/paint/line.ts';
import { paint, type Theme } from '../../components/paint/theme.ts';
import lineUpdate, { steadyLine } from '../../scripts/line-update.mjs';
import { plainText } from '../../src/session/plain-text.ts';
import { everyEmoji } from '../support/every-emoji.ts';

const esc = '\u001b';
const columns = 60;
const theme: Theme = { colors: '256', background: 'dark', glyphs: 'full' };

/** A row of the fleet: a name from outside, and figures to its right that change. */
const rowOf = (name: string, figure: string) =>
  layout(
    [place(0, '▎', 'bad'), place(4, plainText(name), 'bold'), place(26, figure, 'warn'), rightOf('end', columns - 2)],
    columns,
  );

const screenOf = async (parts: readonly string[], rows: number): Promise<readonly string[]> => {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });
  await new Promise<void>((done) => terminal.write(parts.join(''), done));
  const lines = Array.from({ length: rows }, (_, row) => {
    const line = terminal.buffer.active.getLine(row);
    // Cell by cell: the second half of a wide sign counts as a column.
    return Array.from({ length: columns }, (_cell, column) => line?.getCell(column)?.getChars() || ' ').join('\u0000');
  });
  terminal.dispose();
  return lines;
};

const rightSide = (line: string): string => line.split('\u0000').slice(26).join('');

const names: readonly string[] = [
  ...everyEmoji().map((emoji) => `Ana ${emoji} Bia`),
  ...[
    '田中商店',
    '김철수',
    'ひらがな ｶﾞ',
    'שלום',
    'محمد',
    'नमस्ते',
    'กำลัง',
    'e\u0301\u0301\u0301',
    '\u0301a',
    '\u200d',
    `${'🙂'.repeat(30)}`,
  ],
];

// The emulator counts with the tables of Unicode 6, as old terminals do: most emoji are one column to it and two to us.
it('moves no column to the right of a name, whatever the terminal counts, at first and when a figure changes', async () => {
  const paintedAt = (figure: string) => names.map((name) => paint(rowOf(name, figure), theme));
  for (const name of names) expect(lineWidth(rowOf(name, '12m')), name).toBe(columns - 1);

  const first = paintedAt('12m');
  const next = paintedAt('9s');
  const at = (row: number): string => `${esc}[${row + 1};1H`;
  const fresh = await screenOf(
    first.map((line, row) => at(row) + steadyLine(line)),
    names.length,
  );
  for (const [row, line] of fresh.entries()) expect(rightSide(line), names[row]).toBe(`12m${' '.repeat(27)}end `);

  const updated = await screenOf(
    [
      ...first.map((line, row) => at(row) + steadyLine(line)),
      ...next.map((line, row) => at(row) + lineUpdate(first[row] ?? '', line, columns)),
    ],
    names.length,
  );
  // No digit of the longer figure is left.
  for (const [row, line] of updated.entries()) expect(rightSide(line), names[row]).toBe(`9s ${' '.repeat(27)}end `);
});

it('leaves plain lines and lines that move the cursor themselves as they are', () => {
  const plain = paint(rowOf('João', '1'), theme);
  expect(steadyLine(plain)).toBe(plain);
  expect(steadyLine('田\tx')).toBe('田\tx');
  expect(steadyLine('田x')).toBe(`  \r田${esc}[3Gx`);
  expect(steadyLine(`${esc}[1m田中${esc}[22mx田`)).toBe(
    `${esc}[1m    \r田中${esc}[5G${esc}[22mx  ${esc}[6G田${esc}[8G`,
  );
});
