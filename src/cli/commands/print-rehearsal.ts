import { plainText } from '../../session/plain-text.ts';
import type { RehearsalCase, RehearsalSummary } from '../../session/rehearsal.ts';
import type { Language } from '../../words/language.ts';
import { caseLabels, countWords, endWords, findingWords, verdictWord } from '../../words/rehearsal-words.ts';
import type { CommandContext } from './command.ts';

/** What came of a rehearsal, for a shell. */

const printedCases = 20;
const longestCell = 160;
const verdictWidth = 9;
const labelWidth = 8;

const cell = (text: string): string => {
  const plain = plainText(text);
  return plain.length > longestCell ? `${plain.slice(0, longestCell - 1)}…` : plain;
};

/** One below the other: a shell has no room for two answers side by side. */
const caseLines = (one: RehearsalCase, language: Language): readonly string[] => {
  const { question, old, answer, problem, caseName } = one;
  const word = answer === null ? '!' : verdictWord(answer.verdict, answer.verdictReason, language).padEnd(verdictWidth);
  const labels = caseLabels(language);
  const why = [
    ...(answer?.findings ?? []).map((finding) => findingWords(finding, language)),
    answer?.judged ?? problem ?? '',
  ];
  const row = (label: string, text: string): string[] => {
    const plain = cell(text);
    return plain === '' ? [] : [`  ${label.padEnd(labelWidth)}${plain}`];
  };
  return [
    `${word} ${cell(caseName ?? question)}`,
    ...(old.calls ?? []).flatMap((call) => row(labels.before, `${labels.called} ${call}`)),
    ...row(labels.before, old.text),
    ...(answer?.calls ?? []).flatMap((call) => row(labels.now, `${labels.wouldCall} ${call}`)),
    ...row(labels.now, answer?.text ?? ''),
    ...row(labels.why, why.filter((text) => text !== '').join('; ')),
  ];
};

/** The worst first; those that are the same are left out. */
export const printCases = (context: CommandContext, cases: readonly RehearsalCase[]): void => {
  const { language } = context;
  const shown = cases.filter(
    ({ answer, problem }) => problem !== null || (answer !== null && answer.verdict !== 'same'),
  );
  for (const one of shown.slice(0, printedCases)) for (const line of caseLines(one, language)) context.printAsIs(line);
  if (shown.length > printedCases) context.printAsIs(`… ${shown.length - printedCases}`);
};

export const printRehearsal = (
  context: CommandContext,
  rehearsal: RehearsalSummary,
  cases: readonly RehearsalCase[],
): void => {
  const { language } = context;
  printCases(context, cases);
  for (const line of [
    countWords(rehearsal, language),
    ...endWords(rehearsal, language, (text) => context.told.reason(null, text)),
  ])
    context.printAsIs(line);
};
