import { plainText } from '../../../src/session/plain-text.ts';
import type { RehearsalCase, RehearsalSummary } from '../../../src/session/rehearsal.ts';
import { countWords, findingWords, stateWord, verdictWord } from '../../../src/words/rehearsal-words.ts';
import { boxed, sideBySide } from '../../paint/box.ts';
import { meter } from '../../paint/charts/meter.ts';
import { glyph } from '../../paint/glyphs.ts';
import { cutLine, emptyLine, type Line, span, textLine, textWidth, wrapText } from '../../paint/line.ts';
import { factLines } from '../places/item-detail.ts';
import { type Item, type ItemColumn, itemLines } from '../places/item-list.ts';
import type { ReadOn } from '../read-on.ts';
import { settingWithValue } from '../settings/settings.ts';
import type { View } from '../view.ts';
import { pairBoxes, pairLines } from './case-pair.ts';
import { casesTried, costFact, isBroken, progressLine, rehearsalLooks, verdictBars } from './verdict-bars.ts';

/** A rehearsal on the screen: how far it is and what came of it, its cases the worst first, and one of them old beside new. */

/** What is tried, in a few words. */
export const changeLine = ({ change, baseVersion, judge }: RehearsalSummary, view: View): Line => {
  const { rehearsal } = view.t;
  const parts = [
    ...(change.instructions === null ? [] : [rehearsal.newInstructions(baseVersion)]),
    ...(change.model === null ? [] : [plainText(change.model)]),
    ...Object.entries(change.settings).map(([key, value]) => settingWithValue(key, value, view)),
    judge === null ? rehearsal.rulesAlone : rehearsal.judgedBy(plainText(judge)),
  ];
  return [span(parts.join(', '), 'muted')];
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

/** A few lines: how far it is, what came of it, and what is missing. */
export const summaryLines = (summary: RehearsalSummary, view: View): readonly Line[] => {
  const width = view.columns - 1;
  const { state, total } = summary;
  const done = casesTried(summary);
  const counted = countWords(summary, view.language);
  const bar =
    state === 'running'
      ? [...meter(total === 0 ? 0 : done / total, Math.min(24, Math.floor(width / 4)), 'accent'), span(' ')]
      : [];
  const notes = missingWords(summary, view);
  const isLow = view.rows < lowRows;
  return [
    [
      span(' '),
      ...bar,
      span(stateWord(state, view.language), state === 'failed' || state === 'budget' ? 'bad+' : 'bold'),
      span(`  ${view.t.rehearsal.progress(done, total)}`),
    ],
    [span(` ${view.columns - 2 >= textWidth(counted) ? counted : `${counted.split(';')[0]}.`}`)],
    ...(isLow ? [] : notes.map((note): Line => [span(` ${note}`, 'warn')])),
  ].map((line) => cutLine(line, width));
};

const whyOf = ({ answer, problem }: RehearsalCase, view: View): string => {
  if (answer === null) return problem === null ? '' : view.t.said(plainText(problem));
  const found = answer.findings.map((finding) => findingWords(finding, view.language));
  return [...found, ...(answer.judged === null ? [] : [view.t.said(plainText(answer.judged))])].join('; ');
};

type Key = 'word' | 'question' | 'why';
const columns: readonly ItemColumn<Key>[] = [
  { key: 'word', width: 9, rank: 0 },
  { key: 'question', width: 16, most: 44, rank: 0 },
  { key: 'why', width: 16, most: 160, rank: 1 },
];

const caseItem = (one: RehearsalCase, view: View): Item<Key> => {
  const { answer, problem } = one;
  const [sign, tone] =
    answer === null
      ? problem === null
        ? ([glyph.off, 'muted'] as const)
        : ([glyph.needsYou, 'warn'] as const)
      : rehearsalLooks[answer.verdict];
  const word =
    answer === null
      ? view.t.rehearsal[problem === null ? 'notAsked' : 'notDone']
      : verdictWord(answer.verdict, answer.verdictReason, view.language);
  return {
    sign: [sign, tone],
    cells: {
      word: [span(word, tone)],
      question: plainText(one.caseName ?? one.question),
      why: [span(whyOf(one, view), 'muted')],
    },
  };
};

export interface CaseList {
  readonly cases: readonly RehearsalCase[];
  readonly top: number;
  readonly rows: number;
  readonly cursor: number;
  /** Of the pair below. */
  readonly readOn: ReadOn;
}

/** Rows that the list has of a body of so many. */
export const caseRows = (total: number, height: number): number =>
  Math.max(1, Math.min(total, Math.floor((height - 6) / 2)));

/** Windows in which what came of it stands in boxes, and the two answers, too. */
const boxesFrom = { columns: 100, height: 28 };
const resultWidth = 62;
const resultBar = 22;

/** What came of it as bars, beside how far it is and what it cost. */
const summaryBoxes = (summary: RehearsalSummary, view: View): readonly Line[] => {
  const { rehearsal } = view.t;
  const { state, startedAt } = summary;
  const width = view.columns - 1;
  const results = verdictBars(summary, view, resultBar);

  const side = width - resultWidth - 1;
  const notes = missingWords(summary, view).flatMap((note) =>
    wrapText(note, side - 4).map((part) => textLine(part, 'warn')),
  );
  const isBad = isBroken(summary);
  const onward = [
    progressLine(summary, view),
    ...factLines(
      [costFact(summary, view), [rehearsal.fact.began, view.calendar.when(startedAt, view.now), 'muted']],
      side - 4,
    ),
    ...notes,
  ];
  const rows = Math.max(results.length, onward.length) + 2;
  return sideBySide([
    {
      width: resultWidth,
      lines: boxed({ title: [span(rehearsal.result, 'bold')], width: resultWidth, rows, content: results }),
    },
    {
      width: side,
      lines: boxed({
        title: [span(rehearsal.onward, 'bold')],
        right: [span(stateWord(state, view.language), isBad ? 'bad+' : 'muted')],
        tone: isBad ? 'bad' : 'faint',
        width: side,
        rows,
        content: onward,
      }),
    },
  ]);
};

export const rehearsalBody = (
  view: View,
  summary: RehearsalSummary,
  { cases, top, rows, cursor, readOn }: CaseList,
  height: number,
): readonly Line[] => {
  const isBoxed = view.columns >= boxesFrom.columns && height >= boxesFrom.height;
  const head = isBoxed
    ? summaryBoxes(summary, view)
    : [...summaryLines(summary, view), ...(view.rows < lowRows ? [] : [emptyLine])];
  const listed = itemLines({
    columns,
    head: view.t.rehearsal.head,
    items: cases.map((one) => caseItem(one, view)),
    cursor,
    top,
    rows,
    width: view.columns - 1,
  });
  const shown = height >= 30 ? [...listed, emptyLine] : listed;
  const chosen = cases[cursor];
  const left = height - head.length - shown.length;
  const pair = isBoxed ? pairBoxes : pairLines;
  return [...head, ...shown, ...(chosen === undefined || left < 3 ? [] : pair(view, chosen, left, readOn))];
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
