import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutPassages } from '../../../workers/reading/cut.ts';
import { paragraphsOf } from '../../../workers/reading/read-text.ts';

/** Cutting of random texts: nothing is lost, nothing is longer than its bound, and every place is where the text stands. */

const bare = (text: string): string => text.replace(/\s+/g, '');
const word = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.constantFrom('pão', 'bolo.', '🥐', 'é', '\n', '\n\n', '# Título\n', '.', 'x'.repeat(90)),
);
const someText = fc.array(word, { maxLength: 60 }).map((words) => words.join(' '));

test('no character but blanks is lost, added, moved or torn', () => {
  fc.assert(
    fc.property(someText, fc.integer({ min: 20, max: 200 }), fc.boolean(), (text, most, isMarkdown) => {
      const passages = cutPassages(paragraphsOf(text, isMarkdown), most);
      expect(bare(passages.map((passage) => passage.text).join(''))).toBe(bare(text));
      for (const passage of passages) {
        expect(passage.text.length).toBeLessThanOrEqual(most);
        expect(passage.text).toBe(passage.text.trim());
        expect(passage.text.isWellFormed()).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test('a passage begins in the line that it names', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('', 'um', 'dois três', 'quatro'), { maxLength: 40 }), (lines) => {
      for (const { text, place } of cutPassages(paragraphsOf(lines.join('\n'), false), 20))
        expect(lines.slice((place.line ?? 0) - 1, (place.line ?? 0) + 5).join('\n')).toContain(text.split('\n')[0]);
    }),
    { numRuns: 200 },
  );
});
