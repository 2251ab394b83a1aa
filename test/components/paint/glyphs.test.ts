import { expect, it } from 'vitest';
import { inGlyphs } from '../../../components/paint/glyphs.ts';
import { textWidth } from '../../../components/paint/line.ts';
import { plainText } from '../../../src/session/plain-text.ts';

it('ASCII has one mark for a sign that it lacks, and nothing moves', () => {
  for (const [text, shown] of [
    ['Rafa 🍕!', 'Rafa ? !'],
    ['王小明 x', '? ? ?  x'],
    ['محمد', '????'],
    ['João', 'Joao'],
  ] as const) {
    expect(inGlyphs(text, 'ascii')).toBe(shown);
    expect(shown).toHaveLength(textWidth(text));
  }
});

it('a new line in what a customer wrote is no question mark', () => {
  const said = plainText('Vocês abrem no domingo?\nQueria ir');
  expect(inGlyphs(said, 'ascii')).toBe('Voces abrem no domingo?/Queria ir');
  expect(textWidth(inGlyphs(said, 'ascii'))).toBe(textWidth(said));
});
