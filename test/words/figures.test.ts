import { expect, it } from 'vitest';
import { decimals, dollars, thousands } from '../../src/words/figures.ts';

it.each([
  [0.07, '$0.07', 'US$ 0,07'],
  [5, '$5.00', 'US$ 5,00'],
  [1234.5, '$1,235', 'US$ 1.235'],
  [0, '$0.00', 'US$ 0,00'],
])('money of %d', (usd, english, portuguese) => {
  expect(dollars(usd, 'en')).toBe(english);
  expect(dollars(usd, 'pt-BR')).toBe(portuguese);
});

it('has more digits where two say nothing, and none where they are asked for', () => {
  expect([dollars(0.00234, 'en', 4), dollars(0.00234, 'pt-BR', 4)]).toEqual(['$0.0023', 'US$ 0,0023']);
  expect([dollars(5, 'en', 0), dollars(5, 'pt-BR', 0)]).toEqual(['$5', 'US$ 5']);
});

it('parts decimals and thousands as each language does', () => {
  expect([thousands(18332, 'en'), thousands(18332, 'pt-BR'), thousands(999, 'pt-BR')]).toEqual([
    '18,332',
    '18.332',
    '999',
  ]);
  expect([decimals(99.66, 1, 'en'), decimals(99.66, 1, 'pt-BR')]).toEqual(['99.7', '99,7']);
});
