import { describe, expect, it } from 'vitest';
import {
  cut,
  firstLines,
  layout,
  place,
  rightOf,
  textLine,
  textWidth,
  wrapText,
} from '../../../components/paint/line.ts';
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

  it('say at the end of the last one that a text goes on', () => {
    const of = (text: string, most: number, width: number): readonly string[] =>
      firstLines(
        wrapText(text, width).map((part) => textLine(part)),
        most,
        width,
      ).map(plainOf);
    expect(of('one two three', 2, 7)).toEqual(['one two', 'three']);
    expect(of('one two three four', 1, 7)).toEqual(['one tw…']);
    expect(of('ab cdefg hi', 1, 5)).toEqual(['ab …']);
    expect(of('日本語 日本語 日本', 2, 6)).toEqual(['日本語', '日本…']);
    expect(of('one two', 0, 3)).toEqual([]);
    expect(of('', 2, 7)).toEqual(['']);
  });
});
