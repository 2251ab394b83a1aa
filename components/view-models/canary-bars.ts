import type { ArmFigures, CanarySummary } from '../../src/session/canary.ts';
import { isEnough } from '../../src/session/canary-rules.ts';
import { type CanaryRow, type CanaryRowName, canaryRows } from '../../src/words/canary-words.ts';
import { boxed } from '../paint/box.ts';
import { dataBar } from '../paint/charts/bars.ts';
import { cut, emptyLine, type Line, padEnd, padStart, span } from '../paint/line.ts';
import { widestOf } from '../paint/overlaid.ts';
import type { View } from './view.ts';

/** Both sides of a canary as bars, measure by measure: what a table of figures does not show at a glance. */

const measures: Readonly<Partial<Record<CanaryRowName, (arm: ArmFigures) => number>>> = {
  answered: ({ answered, turns }) => answered / turns,
  drafted: ({ drafted, turns }) => drafted / turns,
  silent: ({ silent, turns }) => silent / turns,
  handedOver: ({ handedOver, turns }) => handedOver / turns,
  owner: ({ owner, turns }) => owner / turns,
  errors: ({ errors, turns }) => errors / turns,
  seconds: ({ medianMs }) => medianMs ?? 0,
  costTurn: ({ costUsd, turns }) => costUsd / turns,
};
/** Each against the larger of its two; the others are shares of all turns, so that a few of a hundred look like a few. */
const ownScale: ReadonlySet<CanaryRowName> = new Set(['seconds', 'costTurn']);

/** Only what stands behind the count: `1.2%` of `12 · 1.2%`. */
const shareOf = (text: string): string => text.split(' · ').at(-1) ?? text;

interface Widths {
  readonly label: number;
  readonly side: number;
  readonly bar: number;
  readonly value: number;
}

const measureLines = (
  row: CanaryRow,
  { figures }: CanarySummary,
  view: View,
  { label, side, bar, value }: Widths,
): readonly Line[] => {
  const measure = measures[row.name];
  if (measure === undefined) return [];
  const [withIt, without] = [measure(figures.canary), measure(figures.control)];
  const scale = ownScale.has(row.name) ? Math.max(withIt, without) : 1;
  const line = (name: string, which: string, share: number, text: string, isTried: boolean): Line => [
    span(padEnd(cut(name, label), label), 'plain'),
    span(`  ${padEnd(which, side)}  `, isTried ? 'accent' : 'muted'),
    ...dataBar(scale === 0 ? 0 : share / scale, bar, isTried ? 'accent' : 'muted'),
    span(padStart(shareOf(text), value), isTried ? 'bold' : 'plain'),
  ];
  const words = view.t.canary;
  return [
    line(row.label, words.withIt, withIt, row.canary, true),
    line('', words.without, without, row.control, false),
  ];
};

/** A box of at most `rows` rows, `width` columns; none where either side has too few turns to have shares, or there is no room. */
export const canaryBars = (canary: CanarySummary, view: View, width: number, rows: number): readonly Line[] => {
  const { figures } = canary;
  if (!isEnough(figures.canary) || !isEnough(figures.control) || rows < 6) return [];

  const shown = canaryRows(canary, view.language).filter(({ name }) => measures[name] !== undefined);
  const label = widestOf(shown.map((row) => row.label));
  const side = widestOf([view.t.canary.withIt, view.t.canary.without]);
  const value = widestOf(shown.flatMap((row) => [shareOf(row.canary), shareOf(row.control)])) + 2;
  const bar = Math.max(8, width - 4 - label - side - 4 - value);
  const isAiry = rows - 2 >= shown.length * 3 - 1;
  const content = shown
    .slice(0, Math.floor((rows - 2) / 2))
    .flatMap((row, at) => [
      ...(isAiry && at > 0 ? [emptyLine] : []),
      ...measureLines(row, canary, view, { label, side, bar, value }),
    ]);
  return boxed({
    title: [span(view.t.canary.beside, 'bold')],
    width,
    rows: Math.min(rows, content.length + 2),
    content,
  });
};
