import { expect, it } from 'vitest';
import { lineDiff } from '../../../src/cli/commands/line-diff.ts';

it.each([
  ['a\nb\nc', 'a\nx\nc', [' a', '-b', '+x', ' c']],
  ['a', 'a\nb', [' a', '+b']],
  ['a\nb', 'b', ['-a', ' b']],
  ['same', 'same', [' same']],
])('%j to %j', (before, after, lines) => expect(lineDiff(before, after)).toEqual(lines));
