import type { FooterName, FootItem } from '../keys/footers.ts';
import type { FooterChoice } from '../keys/key-hints.ts';
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

export interface PlaceFoot extends FooterChoice {
  readonly name: FooterName;
  /** What the keys of the first line act on. */
  readonly lead?: string;
  /** Actions of the place itself, whatever stands under the cursor. */
  readonly own?: readonly string[];
}

const isCommand = ({ action }: FootItem): boolean => action === 'command';

/** Two lines of keys: of what is under the cursor, then of the place; a low window has one. */
export const placeFoot = (view: View, { name, lead = '', own = [], ...choice }: PlaceFoot): readonly Line[] => {
  const all = view.keys.footer(name, choice);
  const end = view.keys.footer('end');
  if (view.rows < 16) return [footerLine(view, all, end)];

  const isOwn = ({ action }: FootItem): boolean => own.includes(action);
  const ofOne = all.filter((item) => !isOwn(item) && !isCommand(item));
  const ofPlace = [...all.filter(isOwn), ...view.keys.footer('session').filter(isCommand)];
  return [footerLine(view, ofOne, [], lead), footerLine(view, ofPlace, end)];
};
