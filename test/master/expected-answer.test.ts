import { expect, test } from 'vitest';
import { checkExpect, isExpected } from '../../src/master/probes/expected-answer.ts';

test('an answer matches whatever its case, and any answer does where nothing is expected', () => {
  expect(isExpected('abr|hora', 'Sim, ABRIMOS às 8h.')).toBe(true);
  expect(isExpected('abr|hora', 'Não sei.')).toBe(false);
  expect(isExpected(null, 'Não sei.')).toBe(true);
  for (const good of ['abr|hora', '^sim', 'R\\$ ?\\d+([.,]\\d{2})?', 'às \\d+h'])
    expect(() => checkExpect(good)).not.toThrow();
});

test('an expression that is none, too long, or could take for ever is refused in one line', () => {
  expect(() => checkExpect('(')).toThrow(/--expect is no regular expression: .*Example/);
  expect(() => checkExpect('a'.repeat(201))).toThrow(/201 characters; 200 are the most/);
  for (const endless of ['(a+)+$', '(x+x+)+y', '(\\d+)*$', '(.*)*b', '(hora|hora)+$'])
    expect(() => checkExpect(endless), endless).toThrow(/could take for ever/);
});

test('one that takes for ever on an answer after all does not match, and ends', () => {
  expect(isExpected('(b+)+$', `${'b'.repeat(4000)}!`)).toBe(false);
});
