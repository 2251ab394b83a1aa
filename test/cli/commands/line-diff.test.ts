import { expect, it } from 'vitest';
import { lineDiff } from '../../../src/cli/commands/line-diff.ts';

it.each([
  ['a\nb\nc', 'a\nx\nc', [' a', '-b', '+x', ' c']],
  ['a', 'a\nb', [' a', '+b']],
  ['a\nb', 'b', ['-a', ' b']],
  ['same', 'same', [' same']],
])('%j to %j', (before, after, lines) => expect(lineDiff(before, after)).toEqual(lines));

it('shows a long text with one change', () => {
  const lines = Array.from({ length: 50_000 }, (_, n) => `line ${n}`);
  const shown = lineDiff(lines.join('\n'), lines.with(40_000, 'changed').join('\n'));
  expect(shown.filter((line) => !line.startsWith(' '))).toEqual(['-line 40000', '+changed']);
  expect(shown).toHaveLength(50_001);
});

it('shows another text as gone and new', () => {
  const before = Array.from({ length: 3000 }, (_, n) => `before ${n}`);
  const after = Array.from({ length: 3000 }, (_, n) => `after ${n}`);
  expect(lineDiff(before.join('\n'), after.join('\n'))).toEqual([
    ...before.map((line) => `-${line}`),
    ...after.map((line) => `+${line}`),
  ]);
});
