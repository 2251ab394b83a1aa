import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { printTable } from '../../../src/cli/commands/printing.ts';

it.each([
  ['an emoji with VS16', 'Café ☕️'],
  ['a joined family', '👨‍👩‍👧‍👦 Ana'],
  ['a skin tone', 'Bia 👍🏽'],
  ['a flag', '🇧🇷 Loja'],
  ['CJK', '漢字の店'],
  ['Hebrew', 'שלום'],
  ['combining marks', 'Joa\u0303o'],
])('%s shifts no column', (_, name) => {
  const lines = printTable(
    ['NAME', 'STATE'],
    [
      [name, 'end'],
      ['padaria-joao-de-sao-paulo', 'end'],
    ],
  ).split('\n');
  const columns = lines.slice(1).map((line) => stringWidth(line.slice(0, line.lastIndexOf('end'))));
  expect(columns).toEqual([27, 27]);
  // Nothing is left that terminals count differently.
  expect(lines[1]).not.toMatch(/[\ufe0f\u200d]/);
});
