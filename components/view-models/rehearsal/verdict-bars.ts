import { type RehearsalSummary, type RehearsalVerdict, rehearsalVerdicts } from '../../../src/session/rehearsal.ts';
import { smallDollars, verdictWord } from '../../../src/words/rehearsal-words.ts';
import { dataBar } from '../../paint/charts/bars.ts';
import { meter } from '../../paint/charts/meter.ts';
import { glyph } from '../../paint/glyphs.ts';
import { type Line, padEnd, padStart, span, textLine } from '../../paint/line.ts';
import { widestOf } from '../../paint/overlaid.ts';
import type { Tone } from '../../paint/tone.ts';
import type { Fact } from '../places/item-detail.ts';
import type { View } from '../view.ts';

/** What came of a rehearsal as bars, and how far it is: the same on its own screen and beside a proposal. */

/** By shape and by colour. */
export const rehearsalLooks: Readonly<Record<RehearsalVerdict, readonly [sign: string, tone: Tone]>> = {
  worse: [glyph.gaveUp, 'bad'],
  unjudged: [glyph.dot, 'warn'],
  better: [glyph.done, 'ok'],
  same: [glyph.nothing, 'muted'],
};

/** It did not come to its end, and not because a person stopped it. */
export const isBroken = ({ state }: RehearsalSummary): boolean => state === 'failed' || state === 'budget';

/** A bar for each verdict, on one scale. */
export const verdictBars = ({ counts, judge }: RehearsalSummary, view: View, bar: number): readonly Line[] => {
  const most = Math.max(1, ...rehearsalVerdicts.map((verdict) => counts[verdict]));
  const words = rehearsalVerdicts.map((verdict) =>
    verdictWord(verdict, judge === null ? 'no-judge' : 'judge', view.language),
  );
  const label = widestOf(words);
  return rehearsalVerdicts.map((verdict, at): Line => {
    const [sign, tone] = rehearsalLooks[verdict];
    return [
      span(`${sign} `, tone),
      span(padEnd(words[at] ?? '', label)),
      span('  '),
      ...dataBar(counts[verdict] / most, bar, tone),
      span(padStart(String(counts[verdict]), 5), counts[verdict] === 0 ? 'faint' : 'bold'),
    ];
  });
};

/** How many cases have had their turn: wherever a screen says how far it is, it counts these. */
export const casesTried = ({ asked, failed }: RehearsalSummary): number => asked + failed;

export const progressLine = (summary: RehearsalSummary, view: View): Line => {
  const tried = casesTried(summary);
  const { total } = summary;
  return [
    ...meter(total === 0 ? 0 : tried / total, 20, isBroken(summary) ? 'bad' : 'accent'),
    span(` ${view.t.rehearsal.progress(tried, total)}`, 'bold'),
  ];
};

/** Cases that the AI service did not answer; nothing where there are none. */
export const failedLine = ({ failed }: RehearsalSummary, view: View): readonly Line[] =>
  failed === 0 ? [] : [textLine(view.t.rehearsal.failed(failed), 'warn')];

export const costFact = ({ costUsd, oldCostUsd }: RehearsalSummary, view: View): Fact => [
  view.t.rehearsal.fact.cost,
  view.t.rehearsal.costs(smallDollars(costUsd, view.language), smallDollars(oldCostUsd, view.language)),
];
