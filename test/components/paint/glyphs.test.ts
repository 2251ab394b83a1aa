import { expect, it } from 'vitest';
import { inGlyphs } from '../../../components/paint/glyphs.ts';
import { textWidth } from '../../../components/paint/line.ts';

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
