import { describe, expect, it } from 'vitest';
import { animatedSvg, type CastFrame, stillSvg } from '../../scripts/cast-svg.ts';
import { paperOf, type SeenCell } from '../../scripts/terminal-colors.ts';

const rowOf = (text: string, ink = '#eeeeee'): readonly SeenCell[] =>
  [...text].map((char) => ({ char, ink, paper: null, bold: false }));
const frame = (seconds: number, ...rows: readonly (readonly SeenCell[])[]): CastFrame => ({ seconds, rows });
const size = { columns: 20, rows: 2 };
const groupsOf = (svg: string): readonly string[] =>
  [...svg.matchAll(/<g class="f\d+">(.*?)<\/g>/g)].map(([, g]) => g ?? '');
const wordsOf = (svg: string): readonly string[] =>
  [...svg.matchAll(/>([^<]+)<\/text>/g)].map(([, text]) => text ?? '');

describe('a recording as an animated picture', () => {
  const first = frame(0, rowOf('cpu 12 % mem 40 M   '), rowOf('unchanged           '));
  const second = frame(2, rowOf('cpu 17 % mem 40 M   '), rowOf('unchanged           '));
  const third = frame(6, rowOf('cpu 17 % mem 9 M    '), rowOf('                    '));

  it('draws the first picture whole, then only the words that change, each from its moment on', () => {
    const svg = animatedSvg([first, second, third], 8, size, 'dark');
    const groups = groupsOf(svg);
    expect(groups.map(wordsOf)).toEqual([['17'], ['9 M']]);
    expect(svg).toContain('@keyframes f1{0%{visibility:hidden}25.00%,to{visibility:visible}}.f1{animation-name:f1}');
    expect(svg).toContain('@keyframes f2{0%{visibility:hidden}75.00%,to{visibility:visible}}');
    expect(svg).toContain('g{visibility:hidden;animation:8.0s step-end infinite}');
    expect(wordsOf(svg.slice(0, svg.indexOf('<g ')))).toEqual(wordsOf(stillSvg(first, size, 'dark')));
  });

  it('covers what stood there, also where nothing stands now', () => {
    const [one = '', two = ''] = groupsOf(animatedSvg([first, second, third], 8, size, 'dark'));
    expect(one).toContain(`<path fill="${paperOf.dark}"`);
    // Both rows of the third picture: the word that became shorter, and the row that was emptied (y of the second row).
    expect(two.match(new RegExp(`<path fill="${paperOf.dark}"`, 'g'))).toHaveLength(2);
    expect(two).toContain('M10 27h75.6v17');
  });

  it('takes a colour for a change, and a picture like the one before for none', () => {
    const red = frame(3, rowOf('cpu 12 % mem 40 M   ', '#ff0000'), rowOf('unchanged           '));
    const svg = animatedSvg([first, frame(1, ...first.rows), red], 4, size, 'dark');
    expect(groupsOf(svg)).toHaveLength(1);
    expect(wordsOf(groupsOf(svg)[0] ?? '').join(' ')).toBe('cpu 12 % mem 40 M');
  });

  it('stands still for who asked for less motion', () => {
    expect(animatedSvg([first], 1, size, 'light')).toContain(
      'prefers-reduced-motion:reduce){g{animation:none!important}}',
    );
  });
});
