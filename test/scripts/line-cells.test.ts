import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import widestLine from 'widest-line';
// The module that the build puts it before; the package does not export it.
import sanitizeAnsi from '../../node_modules/ink/build/sanitize-ansi.js';
import { cellsOf, isWholeLine } from '../../scripts/line-cells.mjs';

const esc = '\u001b';
const pieces = [
  ...['Padaria', ' ', '\n', 'é', 'e\u0301', '\u0301', '▂▅', '田', '😀', '\t', '\u0007', '\u009b1m', '\u00ad'],
  ...[`${esc}[1m`, `${esc}[0m`, `${esc}[m`, `${esc}[38;5;79m`, `${esc}[4:3m`, `${esc}[58:2::1:2:3m`, `${esc}[2J`, esc],
  ...[`${esc}]8;;https://example.test${esc}\\`, `${esc}[;m`, `${esc}[1`, 'm'],
];
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((some) => some.join(''));

describe('what is not asked of Ink', () => {
  it('would have been left as it is', () => {
    let left = 0;
    fc.assert(
      fc.property(text, (some) => {
        if (cellsOf(some) === null) return;
        left += 1;
        expect(sanitizeAnsi(some)).toBe(some);
      }),
      { numRuns: 3000 },
    );
    expect(left).toBeGreaterThan(100);
  });

  it('would have been measured as wide', () => {
    let counted = 0;
    fc.assert(
      fc.property(text, (some) => {
        const cells = cellsOf(some);
        if (cells === null) return;
        counted += 1;
        expect(cells.text.length).toBe(widestLine(some));
      }),
      { numRuns: 3000 },
    );
    expect(counted).toBeGreaterThan(100);
  });
});

describe('a line that may stand as it is', () => {
  it.each([
    ['plain', 'Padaria'],
    ['with blanks behind it', 'Padaria   '],
    ['whose styles end', `${esc}[1mPadaria${esc}[0m 3`],
    ['whose background reaches its end', `${esc}[48;5;236mPadaria   ${esc}[0m`],
  ])('is one %s', (_, line) => expect(isWholeLine(line)).toBe(true));

  it.each([
    ['with a style left open', `${esc}[1mPadaria`],
    ['whose blanks are followed by an SGR', `Padaria   ${esc}[0m`],
    ['of nothing that is seen', `${esc}[0m  `],
    ['with a wide letter', '田'],
    ['with a control', `Padaria${esc}[2J`],
    ['with an SGR that is not known', `${esc}[21mPadaria${esc}[0m`],
  ])('is none %s', (_, line) => expect(isWholeLine(line)).toBe(false));
});
