import { describe, expect, it } from 'vitest';
import { type Variant, walk } from './support/golden-walk.ts';
import { unusedGolden } from './support/picture.ts';

const sizes = [
  [40, 12],
  [80, 24],
  [100, 30],
  [120, 40],
  [200, 50],
] as const;

const variants: readonly Variant[] = [
  ...sizes.flatMap(([columns, rows]) =>
    (['en', 'pt-BR'] as const).map((language) => ({ columns, rows, language, look: 'dark' as const })),
  ),
  ...(['light', 'in-16', 'ascii'] as const).map((look) => ({ columns: 120, rows: 40, language: 'en' as const, look })),
  ...(['light', 'in-16', 'plain', 'ascii'] as const).map((look) => ({
    columns: 80,
    rows: 24,
    language: 'en' as const,
    look,
  })),
];

// Every screen as it was looked at: signs, colours, weights. `UPDATE_GOLDEN=1` writes what is there now; look at the difference.
describe('every screen looks as it did', () => {
  const seen = new Set<string>();
  for (const variant of variants) {
    const { columns, rows, language, look } = variant;
    it(`${columns}x${rows}, ${look}, ${language}`, () => walk(variant, (name) => seen.add(name)), 240_000);
  }

  it('and no picture is left over', () => {
    expect(unusedGolden(seen)).toEqual([]);
  });
});
