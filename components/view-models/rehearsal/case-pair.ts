import { plainLines, plainText } from '../../../src/session/plain-text.ts';
import type { AnswerKind, RehearsalCase, RehearsedAnswer } from '../../../src/session/rehearsal.ts';
import { decimals } from '../../../src/words/figures.ts';
import { caseLabels, findingWords, smallDollars } from '../../../src/words/rehearsal-words.ts';
import { boxed, fitted, sideBySide } from '../../paint/box.ts';
import { cutLine, emptyLine, firstLines, type Line, span, textLine, wrapText } from '../../paint/line.ts';
import { titledRule } from '../../paint/overlaid.ts';
import type { Tone } from '../../paint/tone.ts';
import { type ReadOn, readOnMark } from '../read-on.ts';
import type { View } from '../view.ts';

/** One case: what was asked, what was answered then, and what would be answered now. */

/** Narrower, the two stand below each other. */
const besideFrom = 90;

interface Side {
  readonly title: Line;
  readonly measures: string;
  readonly lines: readonly Line[];
}

const wrapped = (text: string, width: number): readonly Line[] =>
  plainLines(text).flatMap((part) => (part === '' ? [emptyLine] : wrapText(part, width).map((each) => textLine(each))));

const measuresOf = (
  view: View,
  of: { readonly costUsd: number | null; readonly tookMs: number | null; readonly text: string },
): string =>
  [
    of.tookMs === null ? '' : `${decimals(of.tookMs / 1000, 1, view.language)} s`,
    of.costUsd === null ? '' : smallDollars(of.costUsd, view.language),
    view.t.rehearsal.characters(of.text.length),
  ]
    .filter((part) => part !== '')
    .join('  ');

/** What a customer would read, or what happens instead. */
export const answerWords = (view: View, kind: AnswerKind, text: string): string => {
  const { rehearsal } = view.t;
  if (kind === 'person') return rehearsal.asksForPerson(plainText(text));
  return kind === 'none' ? rehearsal.noAnswer(plainText(text)) : text;
};

/** The judge's reason; what went wrong with the judge is not its own saying. */
export const judgedWords = (view: View, { judged, verdictReason }: RehearsedAnswer): readonly string[] => {
  if (judged === null) return [];
  const words = view.t.said(plainText(judged));
  return [
    verdictReason === 'judge-in-prose' || verdictReason === 'judge-failed' ? words : view.t.rehearsal.judgeSays(words),
  ];
};

const removed = (view: View, filtered: readonly string[], width: number): readonly Line[] =>
  filtered.length === 0
    ? []
    : wrapText(
        view.t.rehearsal.filtered(filtered.map((what) => view.t.tryBot.note(plainText(what))).join(', ')),
        width,
      ).map((part) => textLine(part, 'muted'));

/** Tools: called then, or that would be called now. */
const called = (words: string, calls: readonly string[] | undefined, width: number): readonly Line[] =>
  (calls ?? []).flatMap((call) =>
    wrapText(`${words} ${plainText(call)}`, width).map((part) => textLine(part, 'muted')),
  );

const oldSide = ({ old, answer }: RehearsalCase, view: View, width: number): Side => {
  const { rehearsal, chats } = view.t;
  const about = [
    ...(old.model === null ? [] : [plainText(old.model)]),
    ...(old.instructionsVersion === null ? [] : [chats.promptVersion(old.instructionsVersion)]),
  ].join(', ');
  return {
    title: [span(rehearsal.before, 'bold'), span(about === '' ? '' : `  ${about}`, 'muted')],
    measures: measuresOf(view, old),
    lines: [
      ...called(caseLabels(view.language).called, old.calls, width),
      ...wrapped(answerWords(view, old.kind, old.text), width),
      ...removed(view, old.filtered, width),
      ...(answer?.oldFindings ?? []).flatMap((finding) =>
        wrapText(findingWords(finding, view.language), width).map((part) => textLine(part, 'warn')),
      ),
    ],
  };
};

const newSide = ({ answer, problem }: RehearsalCase, view: View, width: number): Side => {
  const { rehearsal } = view.t;
  if (answer === null)
    return {
      title: [span(rehearsal.now, 'bold')],
      measures: '',
      lines: wrapped(problem === null ? rehearsal.notAsked : view.t.said(plainText(problem)), width),
    };
  const notes = [
    ...answer.findings.map((finding) => findingWords(finding, view.language)),
    ...judgedWords(view, answer),
    ...(answer.isSameHistory ? [] : [rehearsal.otherHistory]),
  ];
  return {
    title: [span(rehearsal.now, 'bold'), span(`  ${plainText(answer.model)}`, 'muted')],
    measures: measuresOf(view, answer),
    lines: [
      ...called(caseLabels(view.language).wouldCall, answer.calls, width),
      ...wrapped(answerWords(view, answer.kind, answer.text), width),
      ...removed(view, answer.filtered, width),
      ...notes.flatMap((note) =>
        wrapText(note, width).map((part) => textLine(part, answer.verdict === 'worse' ? 'bad' : 'warn')),
      ),
    ],
  };
};

const sideLines = ({ title, measures, lines }: Side): readonly Line[] => [
  title,
  ...(measures === '' ? [] : [textLine(measures, 'muted')]),
  ...lines,
];

interface Part {
  readonly lines: readonly Line[];
  /** Where it is in all of them. */
  readonly mark: Line;
}

const partOf = (lines: readonly Line[], scroll: number, rows: number): Part => {
  const top = Math.max(0, Math.min(scroll, lines.length - rows));
  return { lines: lines.slice(top, top + rows), mark: readOnMark(top, rows, lines.length) };
};

/** What was asked, as much of it as is its share. */
const questionLines = (view: View, { question }: RehearsalCase, rows: number): readonly Line[] => {
  const width = view.columns - 4;
  const most = Math.max(1, Math.min(4, Math.floor(rows / 4)));
  return firstLines(wrapped(question, width), most, width).map((line): Line => [span(' '), ...line]);
};

/** By whom and when it was asked. */
const askedRule = (view: View, one: RehearsalCase, mark: Line): Line => {
  const width = view.columns - 1;
  const who = one.caseName === null ? (one.who ?? '') : view.t.rehearsal.caseNamed(one.caseName);
  const when = one.at === null ? '' : `  ${view.calendar.date(one.at)} ${view.calendar.time(one.at)}`;
  return cutLine(titledRule([span(plainText(who), 'bold'), span(when, 'muted')], width, mark), width);
};

const frameOf = ({ answer }: RehearsalCase): Tone =>
  answer === null ? 'faint' : answer.verdict === 'worse' ? 'bad' : answer.verdict === 'better' ? 'ok' : 'faint';

/** Exactly `rows` lines: the two answers in boxes beside each other, that of now framed by what it is worth. */
export const pairBoxes = (view: View, one: RehearsalCase, rows: number, readOn: ReadOn): readonly Line[] => {
  const question = questionLines(view, one, rows);
  const left = rows - question.length - 1;
  if (left < 4) return pairLines(view, one, rows, readOn);
  const first = Math.floor((view.columns - 2) / 2);
  const second = view.columns - 2 - first;
  const contentOf = ({ measures, lines }: Side) => [
    ...(measures === '' ? [] : [textLine(measures, 'muted')]),
    ...lines,
  ];
  const [before, now] = [oldSide(one, view, first - 4), newSide(one, view, second - 4)];
  const [contentBefore, contentNow] = [contentOf(before), contentOf(now)];
  const scroll = readOn(Math.max(contentBefore.length, contentNow.length) - (left - 2));
  const box = ({ title }: Side, content: readonly Line[], width: number, tone: Tone) => {
    const { lines, mark } = partOf(content, scroll, left - 2);
    return { width, lines: boxed({ title, right: mark, width, rows: left, tone, content: lines }) };
  };
  return [
    askedRule(view, one, emptyLine),
    ...question,
    ...sideBySide([box(before, contentBefore, first, 'faint'), box(now, contentNow, second, frameOf(one))]),
  ];
};

/** At most `rows` lines. */
export const pairLines = (view: View, one: RehearsalCase, rows: number, readOn: ReadOn): readonly Line[] => {
  const width = view.columns - 1;
  const question = questionLines(view, one, rows);
  const left = Math.max(1, rows - question.length - 2);
  const shown = (both: readonly Line[]): readonly Line[] => {
    const { lines, mark } = partOf(both, readOn(both.length - left), left);
    return [askedRule(view, one, mark), ...question, emptyLine, ...lines];
  };

  if (view.columns < besideFrom)
    return shown(
      [...sideLines(newSide(one, view, width - 2)), emptyLine, ...sideLines(oldSide(one, view, width - 2))].map(
        (line): Line => [span(' '), ...line],
      ),
    );
  const half = Math.floor((width - 4) / 2);
  const before = sideLines(oldSide(one, view, half - 1));
  const now = sideLines(newSide(one, view, half - 1));
  const tall = Math.max(before.length, now.length);
  return shown(
    Array.from(
      { length: tall },
      (_, index): Line => [
        span(' '),
        ...fitted(before[index] ?? emptyLine, half),
        span(' │ ', 'faint'),
        ...cutLine(now[index] ?? emptyLine, half),
      ],
    ),
  );
};
