import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { plainCharacters, segmenter } from '../../scripts/segmenter-on-demand.mjs';

const plain = new RegExp(`^[${plainCharacters}]$`);
const plainLetters = Array.from({ length: 0xffff }, (_, code) => String.fromCharCode(code)).filter((letter) =>
  plain.test(letter),
);
const real = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const cut = (segments: Iterable<{ readonly segment: string; readonly index: number }>) =>
  [...segments].map(({ segment, index }) => [segment, index]);

it('takes only characters for plain that are one column wide, as the library counts them', () => {
  expect(plainLetters.length).toBeGreaterThan(500);
  expect(plainLetters.filter((letter) => stringWidth(letter) !== 1)).toEqual([]);
});

it('cuts any text as Intl.Segmenter does', () => {
  const letter = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...plainLetters) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '\u001b',
        '\u0007',
        '\r',
        '\n',
        '\u0301',
        '\u200d',
        '\ufe0f',
        '👩',
        '🏽',
        '각',
        'ᄀ',
        '한',
      ),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 1 }) },
  );
  fc.assert(
    fc.property(fc.array(letter, { maxLength: 30 }), fc.nat(), (letters, at) => {
      const text = letters.join('');
      expect(cut(segmenter.segment(text))).toEqual(cut(real.segment(text)));
      if (text.length === 0) return;
      const index = at % text.length;
      expect(segmenter.segment(text).containing(index)?.index).toBe(real.segment(text).containing(index)?.index);
    }),
    { numRuns: 2000 },
  );
});
