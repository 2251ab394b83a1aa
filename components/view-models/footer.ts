import type { FootItem } from '../keys/footers.ts';
import { cut, type Line, layout, lineWidth, placeLine, span, textWidth } from '../paint/line.ts';
import type { Texts } from '../texts/texts.ts';
import type { View } from './view.ts';

/** A line of keys: the most useful ones where not all fit. */

const keyText = ({ key }: FootItem, t: Texts): string => {
  const named = t.key as Readonly<Record<string, string>>;
  return Object.hasOwn(named, key) ? (named[key] ?? key) : key;
};

/** Keys that interrupt a bot, or end something for good: they are amber. */
const interrupting: ReadonlySet<string> = new Set(['S', 'R', 'P', 'M', 'U', 'D', 'X']);

/** No label takes more of the line than this. */
const leadWidth = 26;

interface Fitted {
  readonly item: FootItem;
  short: boolean;
  dropped: boolean;
}

/** One line of keys: `lead`, then `left` flowing, then `right` at the edge while everything fits. */
export const footerLine = (view: View, left: readonly FootItem[], right: readonly FootItem[] = [], lead = ''): Line => {
  const { t, columns } = view;
  const gap = columns >= 100 ? '   ' : '  ';
  const width = columns - 1;
  const all: Fitted[] = [...left, ...right].map((item) => ({ item, short: false, dropped: false }));
  const label = ({ item, short }: Fitted) => (short ? t.foot[item.label].short : t.foot[item.label].long);
  const wide = (fitted: Fitted) => textWidth(keyText(fitted.item, t)) + 1 + textWidth(label(fitted));
  const head: Line = lead === '' ? [span(' ')] : [span(` ${cut(lead, leadWidth)}`, 'bold'), span(gap)];
  const total = () =>
    lineWidth(head) +
    all.filter(({ dropped }) => !dropped).reduce((sum, fitted) => sum + wide(fitted) + gap.length, 0) -
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

  const shown = (from: number, to: number): Line =>
    all
      .slice(from, to)
      .filter(({ dropped }) => !dropped)
      .flatMap((fitted, index) => [
        ...(index === 0 ? [] : [span(gap)]),
        span(keyText(fitted.item, t), interrupting.has(fitted.item.key) ? 'warn+' : 'accent+'),
        span(` ${label(fitted)}`, 'muted'),
      ]);
  const first = [...head, ...shown(0, left.length)];
  const last = shown(left.length, all.length);
  if (last.length === 0) return layout(placeLine(0, first), width);
  if (all.some(({ dropped }) => dropped)) return layout(placeLine(0, [...first, span(gap), ...last]), width);
  return layout([...placeLine(0, first), ...placeLine(columns - 1 - lineWidth(last), last)], width);
};
