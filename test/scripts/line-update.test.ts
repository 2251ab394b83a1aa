import { styledCharsFromTokens, styledCharsToString, tokenize } from '@alcalzone/ansi-tokenize';
import xterm from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Line, onGround, span } from '../../components/paint/line.ts';
import { paint, type Theme } from '../../components/paint/theme.ts';
import { pairNames, roles, type Tone } from '../../components/paint/tone.ts';
import lineUpdate, { steadyLine } from '../../scripts/line-update.mjs';

const columns = 60;
/** Where our count and the emulator's differ, a line stays on its row all the same. */
const filled = 40;
const esc = '\u001b';

const tones: readonly Tone[] = [
  'plain',
  'bold',
  ...roles,
  ...roles.map((role) => `${role}+` as const),
  ...pairNames.map((name) => `p:${name}` as const),
];
const plainPieces = ['Padaria', 'João', ' ', '    ', '9m', '▂▅▇', '━━╸──', '⣿⡇', '●', '·', '0/0'];
const widePieces = ['田中', '😀', '👨‍👩‍👧', '☀️', '🇧🇷', 'नमस्ते'];

const lineOf = (pieces: readonly string[]): fc.Arbitrary<Line> =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.constantFrom(...pieces), fc.constantFrom(...tones)), { maxLength: 12 }),
      fc.constantFrom('cursor' as const, 'head' as const, 'field' as const, null, null, null),
    )
    .map(([spans, ground]) => {
      let room = filled;
      const line: Line = spans.flatMap(([text, tone]) => {
        // No line is longer than the window, which Ink takes care of.
        room -= 2 * [...text].length;
        return room < 0 ? [] : [span(text, tone)];
      });
      return ground === null ? line : onGround(line, ground, filled);
    });

const themes: readonly Theme[] = (['none', '16', '256', 'true'] as const).flatMap((colors) =>
  (['dark', 'light', 'neutral'] as const).flatMap((background) =>
    (['full', 'ascii'] as const).map((glyphs) => ({ colors, background, glyphs })),
  ),
);

/** As Ink hands a line over: from one cell to the next only what differs, blanks at the end cut. */
const asInkWrites = (line: Line, theme: Theme): string =>
  styledCharsToString(styledCharsFromTokens(tokenize(paint(line, theme)))).trimEnd();

const screenOf = async (rows: number, parts: readonly string[]): Promise<readonly string[]> => {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });
  await new Promise<void>((done) => terminal.write(parts.join(''), done));
  const cells = Array.from({ length: rows }, (_, row) => {
    const line = terminal.buffer.active.getLine(row);
    return Array.from({ length: columns }, (_cell, column) => {
      const cell = line?.getCell(column);
      if (cell === undefined) return 'no cell';
      // An emptied cell and a blank look the same.
      const char = cell.getWidth() === 0 ? 'second half' : cell.getChars() || ' ';
      const colors = [cell.getFgColorMode(), cell.getFgColor(), cell.getBgColorMode(), cell.getBgColor()];
      return `${char} ${colors} ${cell.isBold()} ${cell.isDim()} ${cell.isInverse()} ${cell.isUnderline()}`;
    }).join('\n');
  });
  terminal.dispose();
  return cells;
};

const at = (row: number): string => `${esc}[${row + 1};1H`;

/** Each pair of lines on a row of its own: first the one, then what makes the other of it. */
const expectSame = async (pairs: readonly (readonly [string, string])[]): Promise<void> => {
  const updated = await screenOf(pairs.length, [
    ...pairs.map(([previous], row) => at(row) + steadyLine(previous)),
    ...pairs.map(([previous, next], row) => at(row) + lineUpdate(previous, next, columns)),
  ]);
  const fresh = await screenOf(
    pairs.map(([, next]) => next).length,
    pairs.map(([, next], row) => at(row) + steadyLine(next)),
  );
  expect(updated).toEqual(fresh);
};

describe('the update of a line', () => {
  it.each([
    ['plain signs', plainPieces],
    ['wide and joined ones', [...plainPieces, ...widePieces]],
  ])('leaves every cell as a fresh frame has it: %s', async (_name, pieces) => {
    const pair = fc.tuple(lineOf(pieces), lineOf(pieces));
    const related = lineOf(pieces).chain((line) =>
      fc.tuple(
        fc.constant(line),
        fc
          .array(fc.integer({ min: 0, max: 11 }), { maxLength: 3 })
          .map((changed) =>
            line.map((part, index) => (changed.includes(index) ? { ...part, tone: 'warn+' as const } : part)),
          ),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(pair, related), { minLength: 1, maxLength: 40 }),
        fc.constantFrom(...themes),
        async (pairs, theme) => {
          await expectSame(pairs.map(([a, b]) => [asInkWrites(a, theme), asInkWrites(b, theme)]));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('knows every way to set and to end a style', async () => {
    const code = fc.constantFrom(
      ...['', '0', '1', '2', '3', '4', '7', '9', '22', '23', '24', '27', '29', '39', '49', '31', '92', '44', '103'],
      ...['38;5;79', '48;5;236', '38;2;1;2;3', '48;2;250;0;9', '1;38;5;1;48;5;2', '0;1;7', '58;5;3', '73'],
    );
    const line = fc
      .array(fc.tuple(code, fc.constantFrom('a', 'bb', ' ', '   ', 'ção')), { maxLength: 10 })
      .map((parts) => `${parts.map(([sgr, text]) => `${esc}[${sgr}m${text}`).join('')}${esc}[0m`);
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(line, line), { minLength: 1, maxLength: 40 }), expectSame), {
      numRuns: 30,
    });
  });

  it('writes the whole line where a column could only be guessed', () => {
    for (const text of [
      '田 1',
      '😀 1',
      'e\u0301 1',
      'a\t1',
      `${esc}]8;;http://a\u0007a${esc}]8;;\u0007 1`,
      `${esc}[2K1`,
    ]) {
      expect(lineUpdate(`${text}a`, `${text}b`, columns)).toBe(`${esc}[G${esc}[K${steadyLine(`${text}b`)}`);
    }
    expect(lineUpdate('abcdef', 'abcxef', 5)).toBe(`${esc}[G${esc}[Kabcxef`);
    expect(lineUpdate('abc', 'abd', undefined)).toBe(`${esc}[G${esc}[Kabd`);
  });

  it('jumps to what differs, in the one style that is in force there', () => {
    const row = (last: string) =>
      `${esc}[38;5;79m●${esc}[39m Padaria ${esc}[48;5;236m ${esc}[38;5;246m${last}${esc}[39m${esc}[49m`;
    expect(lineUpdate(row('9s'), row('7s'), columns)).toBe(`${esc}[12G${esc}[38;5;246;48;5;236m7${esc}[m`);
    expect(lineUpdate('a 1 b 2', 'a 3 b 4', columns)).toBe(`${esc}[3G3 b 4`);
    expect(lineUpdate('a long text that goes', 'a', columns)).toBe(`${esc}[3G${esc}[K`);
  });
});
