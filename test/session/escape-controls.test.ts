import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { escapeControls } from '../../src/session/plain-text.ts';

/** What a terminal or a reader acts on: C0 but tab and line feed, DEL, C1, marks of direction, line separators, tags. */
const acts =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/u;

describe('JSON for a terminal', () => {
  test.each([
    ['C1: a sequence without ESC', '\u009b2J', '"\\u009b2J"'],
    ['C1: a title', '\u009d0;owned\u009c', '"\\u009d0;owned\\u009c"'],
    ['a mark that turns what follows', 'a\u202eb', '"a\\u202eb"'],
    ['an isolate', '\u2066x\u2069', '"\\u2066x\\u2069"'],
    ['DEL', 'a\u007f', '"a\\u007f"'],
    ['a line separator', 'a\u2028b', '"a\\u2028b"'],
    ['a tag beyond the first plane', 'a\u{e0041}', '"a\\udb40\\udc41"'],
    ['ESC, as JSON has it already', '\u001b]52;c;x\u0007', '"\\u001b]52;c;x\\u0007"'],
  ])('%s', (_, text, shown) => expect(escapeControls(JSON.stringify(text))).toBe(shown));

  it('holds nothing that acts and is the same JSON, whatever is in it', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\u009b1m', '\r\n', '\u202e', 'é', '👩‍👩‍👧', '\u{e0001}', '\ud800'),
    );
    fc.assert(
      fc.property(fc.dictionary(text, fc.array(text)), fc.constantFrom(undefined, 2), (value, indent) => {
        const json = JSON.stringify(value, null, indent);
        const shown = escapeControls(json);
        expect(shown).not.toMatch(acts);
        expect(JSON.parse(shown)).toEqual(JSON.parse(json));
      }),
      { numRuns: 500 },
    );
  });

  it('leaves what people write as it is', () => {
    for (const text of ['Padaria do João\n\tàs 7h', '日本語', 'שלום', '👨‍👩‍👧 ❤️', '⏎'])
      expect(escapeControls(text)).toBe(text);
  });
});

test('colours of our own stay where they are wanted, and nothing else that begins like one', () => {
  const keepColours = true;
  expect(escapeControls('\u001b[38;5;16mQR\u001b[0m', { keepColours })).toBe('\u001b[38;5;16mQR\u001b[0m');
  expect(escapeControls('\u001b[38;5;16mQR\u001b[0m')).toBe('\\u001b[38;5;16mQR\\u001b[0m');
  expect(escapeControls('\u001b[2J\u001b[1;1H\u001b[31\u0007m\u001b', { keepColours })).toBe(
    '\\u001b[2J\\u001b[1;1H\\u001b[31\\u0007m\\u001b',
  );
});
