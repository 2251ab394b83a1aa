import { describe, expect, it } from 'vitest';
import { editField, emptyField, fieldOf, insertText, showField } from '../../../components/paint/field.ts';

describe('the field', () => {
  it('edits, masks and shows the part around the cursor', () => {
    let field = insertText(emptyField, 'abc\n\u001b[31m');
    expect(field.text).toBe('abc⏎');
    field = editField(field, { name: 'backspace', text: '' }) ?? field;
    field = editField(field, { name: 'left', text: '' }) ?? field;
    field = editField(field, { name: 'x', text: 'x' }) ?? field;
    expect(showField(field, 20)).toBe('abx_c');
    expect(showField(fieldOf('secret'), 20, true)).toBe('******_');
    expect(showField(fieldOf('a'.repeat(50)), 10)).toBe(`${'a'.repeat(9)}_`);
    expect(editField(field, { name: 'f1', text: '' })).toBeNull();
  });
});
