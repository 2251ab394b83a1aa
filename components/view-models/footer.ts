import type { FootItem } from '../keys/footers.ts';
import { type Line, layout, place, rightOf, textWidth } from '../paint/line.ts';
import type { Texts } from '../texts/texts.ts';
import type { View } from './view.ts';

/** A line of keys: the most useful ones where not all fit. */

const keyText = ({ key }: FootItem, t: Texts): string => {
  const named = t.key as Readonly<Record<string, string>>;
  return Object.hasOwn(named, key) ? (named[key] ?? key) : key;
};

interface Fitted {
  readonly item: FootItem;
  short: boolean;
  dropped: boolean;
}

/** One line of keys: `lead`, then `left` flowing, then `right` at the edge while everything fits. */
export const footerLine = (view: View, left: readonly FootItem[], right: readonly FootItem[] = [], lead = ''): Line => {
  const { t, columns } = view;
  const gap = columns >= 110 ? '   ' : '  ';
  const width = columns - 1;
  const all: Fitted[] = [...left, ...right].map((item) => ({ item, short: false, dropped: false }));
  const text = ({ item, short }: Fitted) =>
    `${keyText(item, t)} ${short ? t.foot[item.label].short : t.foot[item.label].long}`;
  const head = lead === '' ? ' ' : ` ${lead}${columns >= 110 ? '  ' : ' '}`;
  const total = () =>
    textWidth(head) +
    all.filter(({ dropped }) => !dropped).reduce((sum, fitted) => sum + textWidth(text(fitted)) + gap.length, 0) -
    gap.length;
  const byRank = [...all].sort((a, b) => b.item.rank - a.item.rank);
  for (const fitted of byRank) {
    if (total() <= width) break;
    fitted.short = true;
  }
  for (const fitted of byRank) {
    if (total() <= width) break;
    fitted.dropped = true;
  }
  const shown = (from: number, to: number) =>
    all
      .slice(from, to)
      .filter(({ dropped }) => !dropped)
      .map(text)
      .join(gap);
  const leftText = head + shown(0, left.length);
  const rightText = shown(left.length, all.length);
  if (rightText === '') return layout([place(0, leftText)], width);
  if (all.some(({ dropped }) => dropped)) return layout([place(0, `${leftText}${gap}${rightText}`)], width);
  return layout([place(0, leftText), rightOf(rightText, columns - 2)], width);
};
