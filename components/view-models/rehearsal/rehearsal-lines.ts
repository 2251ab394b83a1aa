import { plainText } from '../../../src/session/plain-text.ts';
import type { RehearsalCase, RehearsalSummary, RehearsalVerdict } from '../../../src/session/rehearsal.ts';
import { countWords, findingWords, stateWord, verdictWord } from '../../../src/words/rehearsal-words.ts';
import { meter } from '../../paint/charts/meter.ts';
import { glyph } from '../../paint/glyphs.ts';
import { cut, cutLine, emptyLine, type Line, onGround, padEnd, span, textLine, wrapText } from '../../paint/line.ts';
import type { Tone } from '../../paint/tone.ts';
import type { View } from '../view.ts';
import { pairLines } from './case-pair.ts';

/** A rehearsal on the screen: how far it is and what came of it, its cases the worst first, and one of them old beside new. */

const looks: Readonly<Record<RehearsalVerdict, readonly [sign: string, tone: Tone]>> = {
  worse: [glyph.gaveUp, 'bad'],
  unjudged: [glyph.dot, 'warn'],
  better: [glyph.done, 'ok'],
  same: [glyph.nothing, 'muted'],
};

const verdictWidth = 9;

/** What is tried, in a few words. */
const changeWords = ({ change, baseVersion, judge }: RehearsalSummary, view: View): string => {
  const { rehearsal } = view.t;
  const parts = [
    ...(change.instructions === null ? [] : [rehearsal.newInstructions(baseVersion)]),
    ...(change.model === null ? [] : [plainText(change.model)]),
    ...Object.entries(change.settings).map(([key, value]) => `${key} = ${plainText(String(value))}`),
    judge === null ? rehearsal.rulesAlone : rehearsal.judgedBy(plainText(judge)),
  ];
  return parts.join(', ');
};

const lowRows = 16;

/** Why it is not whole: what the keys below mend needs no command. */
const missingWords = ({ state, reason, failed, otherHistory }: RehearsalSummary, view: View): readonly string[] => {
  const { rehearsal, said } = view.t;
  return [
    ...(reason === null || state === 'budget' ? [] : [said(plainText(reason))]),
    ...(failed === 0 ? [] : [rehearsal.failed(failed)]),
    ...(otherHistory === 0 ? [] : [rehearsal.otherHistories(otherHistory)]),
  ];
};

/** A few lines: the change, how far it is, what came of it, and what is missing. */
export const summaryLines = (summary: RehearsalSummary, view: View): readonly Line[] => {
  const width = view.columns - 1;
  const { state, asked, failed, total } = summary;
  const done = asked + failed;
  const bar =
    state === 'running'
      ? [...meter(total === 0 ? 0 : done / total, Math.min(24, Math.floor(width / 4)), 'accent'), span(' ')]
      : [];
  const notes = missingWords(summary, view);
  const isLow = view.rows < lowRows;
  return [
    ...(isLow ? [] : [[span(` ${changeWords(summary, view)}`, 'muted')] satisfies Line]),
    [
      span(' '),
      ...bar,
      span(stateWord(state, view.language), state === 'failed' || state === 'budget' ? 'bad+' : 'bold'),
      span(`  ${view.t.rehearsal.progress(done, total)}`),
    ],
    [span(` ${countWords(summary, view.language)}`)],
    ...(isLow ? [] : notes.map((note): Line => [span(` ${note}`, 'warn')])),
  ].map((line) => cutLine(line, width));
};

const whyOf = ({ answer, problem }: RehearsalCase, view: View): string => {
  if (answer === null) return problem === null ? '' : view.t.said(plainText(problem));
  const found = answer.findings.map((finding) => findingWords(finding, view.language));
  return [...found, ...(answer.judged === null ? [] : [view.t.said(plainText(answer.judged))])].join('; ');
};

const caseLine = (one: RehearsalCase, view: View, isCursor: boolean): Line => {
  const width = view.columns - 1;
  const { answer, problem } = one;
  const [sign, tone] =
    answer === null ? ([problem === null ? glyph.off : glyph.needsYou, 'faint'] as const) : looks[answer.verdict];
  const word =
    answer === null
      ? view.t.rehearsal[problem === null ? 'notAsked' : 'notDone']
      : verdictWord(answer.verdict, answer.verdictReason, view.language);
  const name = plainText(one.caseName ?? one.question);
  const why = whyOf(one, view);
  const room = Math.max(8, width - verdictWidth - 5);
  const asked = why === '' ? cut(name, room) : padEnd(cut(name, Math.floor(room / 2)), Math.floor(room / 2));
  const line: Line = [
    span(isCursor ? glyph.cursor : ' ', 'accent+'),
    span(` ${sign} `, tone),
    span(padEnd(cut(word, verdictWidth), verdictWidth + 1), tone),
    span(asked, isCursor ? 'bold' : 'plain'),
    ...(why === '' ? [] : [span(` ${cut(why, Math.max(0, room - Math.floor(room / 2) - 1))}`, 'muted')]),
  ];
  return isCursor ? onGround(line, 'cursor', width) : line;
};

export interface CaseList {
  readonly cases: readonly RehearsalCase[];
  readonly top: number;
  readonly rows: number;
  readonly cursor: number;
  /** Of the pair below. */
  readonly scroll: number;
}

/** Rows that the list has of a body of so many. */
export const caseRows = (total: number, height: number): number =>
  Math.max(1, Math.min(total, Math.floor((height - 5) / 2)));

export const rehearsalBody = (
  view: View,
  summary: RehearsalSummary,
  { cases, top, rows, cursor, scroll }: CaseList,
  height: number,
): readonly Line[] => {
  const head = [...summaryLines(summary, view), ...(view.rows < lowRows ? [] : [emptyLine])];
  const listed = cases.slice(top, top + rows).map((one, index) => caseLine(one, view, top + index === cursor));
  const shown = height >= 30 ? [...listed, emptyLine] : listed;
  const chosen = cases[cursor];
  const left = height - head.length - shown.length;
  return [...head, ...shown, ...(chosen === undefined || left < 3 ? [] : pairLines(view, chosen, left, scroll))];
};

/** Before there is one: what a rehearsal is, and how it is begun. */
export const noRehearsal = (view: View, name: string, isKnown: boolean): readonly Line[] => {
  const { rehearsal, why } = view.t;
  if (!isKnown) return [emptyLine, textLine(` ${why.loading}`, 'muted')];
  return [
    emptyLine,
    ...rehearsal.none(name).flatMap((text) => wrapText(text, view.columns - 3).map((part) => textLine(` ${part}`))),
  ];
};
