import fastCheck from 'fast-check';
import { Text } from 'ink';
import { render } from 'ink-testing-library';
import { createElement } from 'react';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { cut, textWidth, wrapText } from '../../../components/paint/line.ts';
import { cellText } from '../../../src/session/cell-text.ts';

/** Each was counted otherwise by us than by Ink when we had a table of our own. */
const disputed: readonly (readonly [name: string, text: string, columns: number])[] = [
  ['half-width katakana with a mark of its own', 'ﾊﾞ', 2],
  ['half a flag', '🇧', 1],
  ['an angle bracket of TR11', '\u2329', 2],
  ['a trigram of the I Ching', '☰', 2],
  ['a Hangul jamo of the extended block, which becomes a dot', '\ua960', 1],
  ['a Tangut ideograph', '\u{17000}', 2],
  ['a vertical comma', '\ufe10', 2],
  ['an unassigned code point between wide ones', '\u2e9a', 1],
  ['an Arabic number sign', '\u0600', 0],
];

test.each(disputed)('%s is as wide as Ink shows it', (_, text, columns) => {
  expect(textWidth(text)).toBe(columns);
  expect(textWidth(`ab${text}c`)).toBe(columns + 3);
});

test('a text that fits its columns is shown by Ink on one line', () => {
  for (const [name, text] of disputed) {
    const whole = `${text.repeat(6)}x`;
    const { lastFrame, unmount } = render(createElement(Text, null, cut(whole, 100)));
    expect([name, stringWidth(lastFrame() ?? '')]).toEqual([name, textWidth(whole)]);
    unmount();
  }
});

test('a sign that is wider than the line becomes a plus', () => {
  expect(textWidth('田')).toBe(2);
  expect(wrapText('田ab', 1)).toEqual(['+', 'a', 'b']);
  expect(wrapText('a 田', 2)).toEqual(['a', '田']);
});

test('every text is counted as Ink counts it, and cut and wrapped to what it counts', () => {
  const texts = fastCheck.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !/\p{Cc}/u.test(text));
  fastCheck.assert(
    fastCheck.property(texts, fastCheck.integer({ min: 2, max: 30 }), (text, width) => {
      expect(textWidth(text)).toBe(stringWidth(cellText(text)));
      expect(stringWidth(cut(text, width))).toBeLessThanOrEqual(width);
      for (const line of wrapText(text, width)) expect(stringWidth(line)).toBeLessThanOrEqual(width);
    }),
  );
});
