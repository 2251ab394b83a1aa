import { describe, expect, it } from 'vitest';
import { lineWidth } from '../../../../components/paint/line.ts';
import { aboutAll } from '../../../../components/view-models/dialogs/dialog-subject.ts';
import { plain, viewAt } from '../../support/view.ts';

describe('what a dialog is about', () => {
  it('says that there are more bots than it names', () => {
    const view = viewAt(80, 24);
    const named = (count: number) =>
      aboutAll(
        view,
        Array.from({ length: count }, (_, index) => ({
          id: `id-${index}`,
          name: `padaria-${index}`,
          revision: 1,
          verdict: 'connected' as const,
        })),
        40,
      );
    const many = named(60);
    expect(many).toHaveLength(4);
    expect(Math.max(...many.map(lineWidth))).toBeLessThanOrEqual(40);
    expect(plain(many).at(-1)).toMatch(/…$/);
    expect(plain(named(3)).join('')).toBe('padaria-0, padaria-1, padaria-2');
  });
});
