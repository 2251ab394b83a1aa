import { describe, expect, it } from 'vitest';
import { editProse, insertProse, proseOf, proseText, showProse } from '../../../components/paint/prose.ts';
import { plain } from '../support/view.ts';

describe('the built-in editor', () => {
  it('edits several lines, takes a paste, and shows the part around the cursor', () => {
    const key = (name: string, text = '') => ({ name, text });
    let prose = insertProse(proseOf('one'), 'a\r\nb\u001b[31m');
    expect(proseText(prose)).toBe('a\nbone');
    prose = editProse(prose, key('backspace')) ?? prose;
    prose = editProse(prose, key('backspace')) ?? prose;
    expect(proseText(prose)).toBe('aone');
    prose = editProse(prose, key('enter')) ?? prose;
    prose = editProse(prose, key('up')) ?? prose;
    prose = editProse(prose, key('end')) ?? prose;
    prose = editProse(prose, key('x', 'x')) ?? prose;
    expect(proseText(prose)).toBe('ax\none');
    prose = editProse(prose, key('delete')) ?? prose;
    expect(proseText(prose)).toBe('axone');
    expect(plain(showProse(prose, 3, 10))).toEqual(['ax_one']);
    expect(plain(showProse(proseOf('1\n2\n3'), 2, 10))).toEqual(['_1', '2']);
  });
});
