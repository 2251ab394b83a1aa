import { describe, expect, it } from 'vitest';
import { cut, layout, place, rightOf, textWidth, wrapText } from '../../../components/paint/line.ts';
import { plainOf } from '../support/view.ts';

describe('lines', () => {
  it('are cut and placed by columns, also with wide and combining characters', () => {
    expect(textWidth('日本e\u0301')).toBe(5);
    expect(cut('floricultura-iris', 15)).toBe('floricultura-i…');
    expect(cut('日本語', 4)).toBe('日…');
    expect(plainOf(layout([place(0, 'abcdef'), place(3, 'XY'), rightOf('end', 12)], 13))).toBe('ab…XY     end');
    expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapText('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
  });
});
