import { boxed } from '../../paint/box.ts';
import { cutLine, emptyLine, type Line, padEnd, span, type Tone, textLine, wrapText } from '../../paint/line.ts';
import { widestOf } from '../../paint/overlaid.ts';
import type { View } from '../view.ts';

/** What there is to know of the item under the cursor: sentences, then facts with their names before them. */

/** A line of its own tones is not wrapped. */
export type Fact = readonly [name: string, value: string | Line, tone?: Tone];

/** Narrower, a name before each value leaves too little for it. */
const namesFrom = 48;

/** Each fact behind its name, long ones wrapped under themselves; no names in less than `from` columns. */
export const factLines = (facts: readonly Fact[], width: number, from = namesFrom): readonly Line[] => {
  const at = width < from ? 0 : widestOf(facts.map(([name]) => name)) + 2;
  const named = (name: string, index: number): Line =>
    at === 0 ? emptyLine : [span(padEnd(index === 0 ? name : '', at), 'muted')];
  return facts.flatMap(([name, value, tone = 'plain']): readonly Line[] => {
    if (typeof value !== 'string') return [cutLine([...named(name, 0), ...value], width)];
    return wrapText(value, width - at).map((part, index): Line => [...named(name, index), span(part, tone)]);
  });
};

export const sentence = (text: string, width: number, tone: Tone = 'plain'): readonly Line[] =>
  wrapText(text, width).map((part) => textLine(part, tone));

export interface Detail {
  readonly title: Line;
  readonly right?: Line;
  /** Of the border. */
  readonly tone?: Tone;
  /** In lines of so many columns, the most important first. */
  readonly content: (width: number) => readonly Line[];
}

const boxFrom = { columns: 60, rows: 16 };

/** In a box as high as it needs, at most `most` rows; on a phone its lines alone. */
export const detailLines = (
  { title, right, tone = 'faint', content }: Detail,
  view: View,
  width: number,
  most: number,
): readonly Line[] => {
  if (view.columns < boxFrom.columns || view.rows < boxFrom.rows || most < 4)
    return content(width - 2)
      .filter((line) => line.length > 0)
      .slice(0, Math.max(0, most))
      .map((line) => [span(' '), ...line]);
  const lines = content(width - 4);
  const rows = Math.min(most, lines.length + 2);
  return boxed({ title, ...(right === undefined ? {} : { right }), tone, width, rows, content: lines });
};
