import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { cellText, graphemesOf, isOneColumnEach } from '../../src/session/cell-text.ts';
import { everyEmoji } from '../support/every-emoji.ts';

const emoji = everyEmoji();

/** As a terminal counts that knows no sequences: character by character, marks over letters taking nothing. */
const byCharacter = (text: string): number =>
  [...text].reduce((sum, char) => sum + (/[\p{Mn}\p{Me}]/u.test(char) ? 0 : stringWidth(char)), 0);
/** As Ink cuts a line: one cell or two for a whole grapheme, by its first character. */
const byGrapheme = (text: string): number =>
  [...graphemesOf(text)].reduce((sum, { segment }) => sum + stringWidth([...segment][0] ?? ''), 0);

const expectCountedAlike = (text: string): void => {
  const shown = cellText(text);
  const counts = [stringWidth(shown), byCharacter(shown), byGrapheme(shown)];
  expect(new Set(counts), `${JSON.stringify(text)} shown as ${JSON.stringify(shown)}: ${counts}`).toHaveProperty(
    'size',
    1,
  );
  expect(cellText(shown)).toBe(shown);
  // Nothing joins what stands beside it.
  expect(byGrapheme(`│${shown} │`)).toBe(byGrapheme(shown) + 3);
};

describe('text in cells', () => {
  it('is counted alike by everybody, for every emoji that Unicode knows', () => {
    // 3953 of them in Unicode 17.
    expect(emoji.length).toBeGreaterThan(3900);
    for (const sequence of emoji) {
      const shown = cellText(sequence);
      expect(shown, sequence).not.toMatch(
        /\ufe0f|\u200d|\u20e3|[\u{1f1e6}-\u{1f1ff}]|[\u{1f3fb}-\u{1f3ff}]|[\u{e0000}-\u{e0fff}]/u,
      );
      expectCountedAlike(`Ana ${sequence} 1`);
    }
  });

  it('shows flags as letters, families as members, and new emoji as a dot', () => {
    expect(cellText('Loja 🇧🇷')).toBe('Loja BR');
    expect(cellText('👨‍👩‍👧')).toBe('👨👩👧');
    expect(cellText('👍🏽 ❤️ 1️⃣')).toBe('👍 ❤ 1');
    expect(cellText('🫠🥷🪴')).toBe('···');
    expect(cellText('🥳🧁😀')).toBe('🥳🧁😀');
    expect(cellText('🏴󠁧󠁢󠁥󠁮󠁧󠁿')).toBe('🏴');
  });

  it('keeps letters of every script, composed where they can be', () => {
    expect(cellText('Joa\u0303o')).toBe('João');
    for (const name of ['田中さん', 'שלום', 'محمد', 'Ελένη', 'Юлия', '김철수', 'Zoë'])
      expect(cellText(name)).toBe(name);
    expect(cellText('\u1112\u1161\u11ab')).toBe('한');
    expect(cellText('ｶﾞﾞ')).toBe('ガ·');
    expect(cellText('กำ')).toBe('ก\u0e4dา');
    expect(cellText(`Z${'\u0335'.repeat(40)}`)).toBe('Z\u0335\u0335');
    expect(cellText('\ue0b0\u{10ffff}\u{1fbff}')).toBe('···');
  });

  it.each([
    ['letters of all scripts', fc.string({ unit: 'grapheme', maxLength: 12 })],
    ['any characters', fc.string({ unit: 'binary', maxLength: 12 })],
    [
      'letters with marks',
      fc.string({
        unit: fc.constantFrom(
          'a',
          '\u0301',
          'न',
          '\u094d',
          'म',
          'ा',
          '田',
          '\u200d',
          '\ufe0f',
          'ｶ',
          'ﾞ',
          '\u1100',
          '\u1161',
        ),
        maxLength: 8,
      }),
    ],
  ])('counts them alike: %s', (_name, texts) => {
    fc.assert(
      fc.property(texts, (text) => expectCountedAlike(text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ''))),
      {
        numRuns: 1000,
      },
    );
  });

  it('leaves what is plain alone', () => {
    for (const text of ['Padaria do João', '● answers 18s', '▂▅▇ ━╸─ ⣿', '“é” – …⏎']) {
      expect(isOneColumnEach(text)).toBe(true);
      expect(cellText(text)).toBe(text);
      expect(stringWidth(text)).toBe(text.length);
    }
  });
});
