import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parsePhone,
  parsePhoneList,
  phoneKey,
  phoneProblem,
  phoneSpellings,
  samePhone,
} from '../../src/session/phone.ts';

describe('one phone, however it is written', () => {
  test.each([
    ['+54 9 11 1234-5678', '+54 11 1234-5678'],
    ['+54 9 341 123-4567', '54 341 123 4567'],
    ['+54 9 11 1234-5678', '+54 11 15 1234-5678'],
    ['+54 9 2966 12-3456', '+54 2966 15 123456'],
    ['+52 1 55 1234 5678', '+52 55 1234 5678'],
    ['5215512345678', '525512345678'],
    ['+55 11 98765-4321', '11 8765-4321'],
    ['+44 (0)20 7946 0958', '+44 20 7946 0958'],
    ['+44 020 7946 0958', '0044 20 7946 0958'],
    ['+49 (0) 30 1234567', '+49 30/1234567'],
    ['(+55) 11 98765-4321', '+55 (011) 98765-4321'],
  ])('%s is %s', (a, b) => {
    const [one, other] = [parsePhone(a), parsePhone(b)];
    if (one === null || other === null) throw new Error(`${a} or ${b} is no number`);
    expect(samePhone(one, other)).toBe(true);
    expect(phoneSpellings(one)).toContain(phoneKey(other));
  });

  test.each([
    ['+54 9 11 1234-5678', '+54 9 11 1234-5679'],
    ['+52 1 55 1234 5678', '+52 1 56 1234 5678'],
    ['+54 11 1234-5678', '+55 11 1234-5678'],
    // 1 212 … is in New York, and has no 1 to lose.
    ['+1 212 555 0100', '+212 555 0100 12'],
    // A landline never got a ninth digit.
    ['551134567890', '5511934567890'],
  ])('%s is not %s', (a, b) => expect(samePhone(parsePhone(a) ?? 'a', parsePhone(b) ?? 'b')).toBe(false));

  test('Italy keeps its zero', () => expect(parsePhone('+39 06 6982 1234')).toBe('390669821234'));

  test('a landline has one spelling: with a 9 it would be somebody else’s', () => {
    expect(phoneSpellings('551133334444')).toEqual(['551133334444']);
    expect(phoneSpellings('550000000000')).toEqual(['550000000000']);
    expect(phoneSpellings('5511987654321')).toEqual(['551187654321', '5511987654321']);
  });

  test('a spelling of a key has the same key, whatever digits it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^(54|549|52|521|55|1|44)\d{8,11}$/), (digits) => {
        for (const spelling of phoneSpellings(digits)) expect(phoneKey(spelling)).toBe(phoneKey(phoneKey(digits)));
      }),
    );
  });
});

test.each([
  ['\u202a+55 11 98765\u20114321\u202c', '5511987654321'],
  ['\u2066+55\u00a011\u00a098765\u20104321\u2069', '5511987654321'],
  ['\u200e+54\u202f9\u202f11 1234\u20135678', '5491112345678'],
  ['\ufeff11 98765\u22124321', '5511987654321'],
  ['\uff0b\uff15\uff15 11 98765-4321', '5511987654321'],
  ['tel:+55-11-98765-4321', '5511987654321'],
])('copied: %j is %s', (copied, phone) => expect(parsePhone(copied)).toBe(phone));

test.each([
  ['98765-4321', 'has no area code', 'sem o DDD'],
  ['8765-4321', 'has no area code', 'sem o DDD'],
  ['+55 98765-4321', 'has no area code', 'sem o DDD'],
  ['+54 1234-5678', 'has no area code', 'sem o DDD'],
  ['+52 1234 5678', 'has no area code', 'sem o DDD'],
  ['+1 555-0100', 'has no area code', 'sem o DDD'],
  ['020 7946 095 812', 'has no country code', 'sem o código do país'],
  ['190', 'is too short', 'curto demais'],
  ['+55 11 98765-4321 21 91234-5678', 'is too long', 'longo demais'],
  ['João', 'is not a phone number', 'não é um número'],
  ['', 'is not a phone number', 'não é um número'],
  ['+', 'is not a phone number', 'não é um número'],
  ['11 98765-4321 ramal 3', 'is not a phone number', 'não é um número'],
  ['120363041234567890@g.us', 'is not a phone number', 'não é um número'],
])('%j is refused: %s', (text, en, pt) => {
  expect(parsePhone(text)).toBeNull();
  expect(phoneProblem(text)).toContain(en);
  expect(phoneProblem(text, 'pt-BR')).toContain(pt);
});

test.each([
  ['11 98765-4321, 21 91234-5678', ['5511987654321', '5521912345678']],
  ['+55 11 98765-4321\n+54 9 11 1234-5678\r\n', ['5511987654321', '5491112345678']],
  ['5511987654321;5521912345678;', ['5511987654321', '5521912345678']],
  // As it was written before: full numbers with only blanks between.
  ['5511987654321 5521912345678', ['5511987654321', '5521912345678']],
  ['11 98765 4321', ['5511987654321']],
  [' \n,; ', []],
])('the list %j is %j', (text, phones) => expect(parsePhoneList(text)).toEqual({ phones, problems: [] }));

test('a list names what is wrong with each', () =>
  expect(parsePhoneList('11 98765-4321, 98765-4321\nMaria')).toEqual({
    phones: ['5511987654321'],
    problems: [
      '"98765-4321" has no area code. Example: 11 98765-4321',
      '"Maria" is not a phone number. Example: 11 98765-4321',
    ],
  }));
