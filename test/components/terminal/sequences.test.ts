import { describe, expect, it } from 'vitest';
import { copyToClipboard, title } from '../../../components/terminal/sequences.ts';

describe('sequences', () => {
  it('never let a text end an escape sequence', () => {
    expect(title('a\u0007\u001b]52;x')).toBe('\u001b]2;a\u0007');
    expect(copyToClipboard('hi')).toBe('\u001b]52;c;aGk=\u0007');
  });
});
