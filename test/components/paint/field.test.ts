import { describe, expect, it } from 'vitest';
import {
  editField,
  emptyField,
  type Field,
  fieldLines,
  fieldOf,
  insertLines,
  insertText,
  moveRow,
  showField,
  writtenText,
} from '../../../components/paint/field.ts';

describe('the field', () => {
  it('edits, masks and shows the part around the cursor', () => {
    let field = insertLines(emptyField, 'abc\n\u001b[31m');
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

describe('line breaks', () => {
  it('end what is pasted into one line, or part two words of it', () => {
    for (const [pasted, text] of [
      ['sk-key\n', 'sk-key'],
      ['\r\n  sk-key\r\n\r\n', '  sk-key'],
      ['Rua X, 10\n Centro', 'Rua X, 10 Centro'],
      ['a\u2028b', 'a b'],
    ] as const)
      expect(insertText(emptyField, pasted).text).toBe(text);
  });

  it('stay in a text of several lines, and go on as breaks', () => {
    const pasted = insertLines(fieldOf('Oi! '), 'um\r\ndois\n\ntrês\n');
    expect(writtenText(pasted.text)).toBe('Oi! um\ndois\n\ntrês\n');
  });
});

describe('a text over several rows', () => {
  const rowsOf = (field: Field, width: number, most = 9): readonly string[] =>
    fieldLines(field, width, most).map((line) =>
      line
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    );

  it('is parted at breaks, between words, and within a long one; all of it is there', () => {
    expect(rowsOf(insertLines(emptyField, 'Abrimos às 8h.\nTraga o seu documento'), 12)).toEqual(
      [' Abrimos ', ' às 8h.⏎', ' Traga o ', ' seu ', ' documento_'].map((row) => row.trimEnd()),
    );
    expect(rowsOf(fieldOf('abcdefghij'), 6)).toEqual([' abcd', ' efgh', ' ij_']);
    expect(rowsOf(fieldOf('🍰🍰🍰🍰'), 7)).toEqual([' 🍰🍰', ' 🍰🍰_']);
    expect(rowsOf(emptyField, 6)).toEqual([' _']);
  });

  it('shows the rows around the cursor, which moves between them', () => {
    let field = insertLines(emptyField, 'um\ndois\ntrês\nquatro\ncinco');
    expect(rowsOf(field, 20, 3)).toEqual([' três⏎', ' quatro⏎', ' cinco_']);
    field = moveRow(field, 20, -1) ?? field;
    expect(rowsOf(field, 20, 3)).toEqual([' três⏎', ' quatr_o⏎', ' cinco']);
    field = moveRow(field, 20, -1) ?? field;
    expect(rowsOf(field, 20, 3)).toEqual([' dois⏎', ' três_⏎', ' quatro⏎']);
    for (let step = 0; step < 2; step += 1) field = moveRow(field, 20, -1) ?? field;
    expect(rowsOf(field, 20, 3)).toEqual([' um_⏎', ' dois⏎', ' três⏎']);
    expect(moveRow(field, 20, -1)).toBeNull();
    expect(moveRow(insertLines(emptyField, 'a\n'), 20, 1)).toBeNull();
  });
});
