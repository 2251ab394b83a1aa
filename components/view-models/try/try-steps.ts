import type { TryState, TryStep } from '../../../src/protocol/try.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { decimals, dollars, thousands } from '../../../src/words/figures.ts';
import { took } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import { emptyLine, type Line, layout, place, rightOf, span, textLine, textWidth, wrapText } from '../../paint/line.ts';
import type { Tone } from '../../paint/tone.ts';
import type { View } from '../view.ts';

/** How the last answer of a test came about, step by step. */

const looks: Readonly<Record<TryStep['state'], readonly [string, Tone]>> = {
  done: [glyph.done, 'ok+'],
  runs: [glyph.starting, 'in'],
  failed: [glyph.gaveUp, 'bad+'],
  ahead: [glyph.dot, 'faint'],
};

const seconds = (ms: number, { language }: View): string => `${decimals(ms / 1000, 1, language)} s`;

const measure = (step: TryStep, view: View): string => {
  if (step.name === 'stored') return step.at === undefined ? '' : view.calendar.timeSeconds(step.at);
  return step.ms === null ? '' : seconds(step.ms, view);
};

const detail = (step: TryStep, view: View): string => {
  const { tryBot } = view.t;
  if (step.reason !== undefined) return tryBot.note(plainText(step.reason));
  if (step.messages !== undefined) return tryBot.messages(step.messages);
  if (step.isOpen !== undefined) return step.isOpen ? tryBot.isOpen : tryBot.isClosed;
  if (step.tokens !== undefined)
    return tryBot.tokens(thousands(step.tokens.input, view.language), thousands(step.tokens.output, view.language));
  if (step.removed !== undefined)
    return step.removed.length === 0
      ? tryBot.removedNothing
      : step.removed.map((what) => tryBot.note(plainText(what))).join(', ');
  if (step.parts !== undefined) return tryBot.parts(step.parts);
  return step.letters === undefined ? '' : tryBot.letters(step.letters);
};

const stepLines = (step: TryStep, view: View, width: number): readonly Line[] => {
  const [sign, tone] = looks[step.state];
  const name = view.t.tryBot.step[step.name];
  const at = 25;
  const words = detail(step, view);
  const isAhead = step.state === 'ahead';
  const first = layout(
    [
      place(0, sign, tone),
      { column: 2, text: name, width: 15, tone: isAhead ? 'muted' : step.state === 'failed' ? 'bad+' : 'plain' },
      rightOf(measure(step, view), at - 2, 'bold'),
      ...(step.state === 'failed' ? [] : [place(at, words, 'muted')]),
    ],
    width,
  );
  if (step.state !== 'failed') return [first];
  return [first, ...wrapText(words, width - 2).map((text): Line => [span('  '), span(text, 'bad')])];
};

const msOf = (steps: readonly TryStep[], name: TryStep['name']): number =>
  steps.find((step) => step.name === name && step.state === 'done')?.ms ?? 0;

/** Each part has a sign of its own: they are told apart without colours, too. */
const timeLines = (steps: readonly TryStep[], view: View, width: number): readonly Line[] => {
  const { tryBot } = view.t;
  const parts = [
    { ms: msOf(steps, 'collected'), sign: glyph.light, tone: 'in', word: tryBot.waits },
    { ms: msOf(steps, 'asked'), sign: glyph.heavy, tone: 'accent', word: tryBot.thinks },
    { ms: msOf(steps, 'typed'), sign: glyph.dashed, tone: 'ok', word: tryBot.types },
  ] as const;
  const total = parts.reduce((sum, { ms }) => sum + ms, 0);
  const at = textWidth(tryBot.time) + 2;
  const room = Math.min(31, width - at - 8);
  if (total === 0 || room < 6) return [];
  const bars = parts.map(({ ms, sign, tone }) => span(sign.repeat(Math.round((ms / total) * room)), tone));
  const legend = parts.flatMap(({ sign, tone, word }): Line => [span(`${sign} `, tone), span(`${word}  `, 'muted')]);
  return [
    emptyLine,
    [span(tryBot.time.padEnd(at), 'muted'), ...bars, span(` ${took(total, view.language)}`, 'bold')],
    [span(' '.repeat(at)), ...legend],
  ];
};

const rule = (title: string, width: number): Line => [
  span('─ ', 'faint'),
  span(title, 'bold'),
  span(` ${'─'.repeat(Math.max(0, width - textWidth(title) - 3))}`, 'faint'),
];

const knewLines = ({ instructions, knew }: TryState, view: View): readonly Line[] => {
  const { tryBot } = view.t;
  const prompt =
    instructions === null
      ? tryBot.noPrompt
      : tryBot.promptWords(instructions.version, thousands(instructions.words, view.language));
  const known = [
    prompt,
    ...(knew === null ? [] : [tryBot.lines(knew.lines), ...(knew.isSummed ? [tryBot.summed] : [])]),
  ];
  return known.map((text) => [span(`${glyph.dot} `, 'accent'), span(text, 'muted')]);
};

const totalsLine = ({ totals }: TryState, view: View): Line => [
  span(`${totals.answers} ${view.t.tryBot.answers(totals.answers)}  `, 'muted'),
  span(dollars(totals.costUsd, view.language, 4), 'bold'),
  ...(totals.halfMs === null
    ? []
    : [span(`  ${view.t.tryBot.halfIn} `, 'muted'), span(took(totals.halfMs, view.language), 'bold')]),
];

/** The right side of a test: at most `rows` lines. */
export const stepsPane = (
  state: TryState,
  view: View,
  { width, rows }: { readonly width: number; readonly rows: number },
): readonly Line[] => {
  const { tryBot } = view.t;
  const isTall = rows >= 30;
  const steps = state.steps.flatMap((step, index): readonly Line[] => [
    ...(index > 0 && isTall ? [textLine('│', 'faint')] : []),
    ...stepLines(step, view, width),
  ]);
  const lines = [
    emptyLine,
    textLine(tryBot.how, 'bold'),
    emptyLine,
    ...(steps.length === 0 ? [textLine(glyph.nothing, 'faint')] : steps),
    ...timeLines(state.steps, view, width),
    emptyLine,
    rule(tryBot.knew, width),
    ...knewLines(state, view),
    emptyLine,
    rule(tryBot.test, width),
    totalsLine(state, view),
  ];
  return lines.slice(0, rows);
};

/** The steps on one line, for a narrow window. */
export const stepsInOneLine = ({ steps }: TryState, view: View): Line =>
  steps
    .filter(({ state }) => state !== 'ahead')
    .flatMap((step): Line => {
      const [sign, tone] = looks[step.state];
      const ms = step.ms === null || step.ms < 100 ? '' : ` ${seconds(step.ms, view)}`;
      return [span(`${sign} `, tone), span(`${view.t.tryBot.step[step.name]}${ms}  `, 'muted')];
    });
