import type { CanarySummary } from '../../src/session/canary.ts';
import { plainText } from '../../src/session/plain-text.ts';
import {
  canaryChangeWords,
  canaryEndWords,
  canaryRows,
  canaryScopeWords,
  canaryStateWord,
  tooFewLine,
} from '../../src/words/canary-words.ts';
import { meter } from '../paint/charts/meter.ts';
import { countdown } from '../paint/format.ts';
import { cut, cutLine, emptyLine, type Line, padEnd, padStart, span, textLine, wrapText } from '../paint/line.ts';
import type { Tone } from '../paint/tone.ts';
import type { View } from './view.ts';

/** A canary on the screen: what is tried on whom, both sides in figures, and how it ended. */

const lowRows = 16;

const stateTone = ({ state, waits }: CanarySummary): Tone => {
  if (state === 'rolled-back') return waits ? 'bad+' : 'bold';
  return state === 'over' ? 'warn+' : 'bold';
};

const progressLine = (canary: CanarySummary, view: View): Line => {
  const { state, startedAt, endsAt } = canary;
  const word = span(canaryStateWord(state, view.language), stateTone(canary));
  if (state !== 'running') return [span(' '), word];
  const done = (view.now - startedAt) / Math.max(1, endsAt - startedAt);
  const width = Math.min(24, Math.floor(view.columns / 4));
  return [
    span(' '),
    ...meter(Math.max(0, Math.min(1, done)), width, 'accent'),
    span(' '),
    word,
    span(`  ${view.t.canary.endsIn(countdown(Math.max(0, endsAt - view.now)))}`),
  ];
};

const wrapped = (view: View, text: string, tone: Tone): readonly Line[] =>
  text === '' ? [] : wrapText(text, view.columns - 3).map((part) => textLine(` ${part}`, tone));

/** Two columns of figures behind their names; narrow windows keep both. */
const figureLines = (canary: CanarySummary, view: View): readonly Line[] => {
  const rows = canaryRows(canary, view.language);
  const { withIt, without } = view.t.canary;
  const column = (texts: readonly string[]): number => Math.max(...texts.map((text) => text.length));
  const first = column([withIt, ...rows.map((row) => row.canary)]);
  const second = column([without, ...rows.map((row) => row.control)]);
  const room = view.columns - 2 - first - second - 4;
  const label = Math.max(8, Math.min(24, room));
  const line = (name: string, a: string, b: string, tones: readonly [Tone, Tone, Tone]): Line => [
    span(` ${padEnd(cut(name, label), label)}`, tones[0]),
    span(`  ${padStart(a, first)}`, tones[1]),
    span(`  ${padStart(b, second)}`, tones[2]),
  ];
  return [
    line('', withIt, without, ['plain', 'bold', 'bold']),
    ...rows.map((row) => line(row.label, row.canary, row.control, ['muted', 'plain', 'plain'])),
  ];
};

/** What the keys below do now. */
const nextWords = ({ state, waits }: CanarySummary, view: View): string => {
  const { everybody, decide, seen } = view.t.canary;
  if (state === 'over' && waits) return decide;
  if (state === 'rolled-back') return waits ? `${everybody} ${seen}` : everybody;
  return '';
};

export const canaryBody = (view: View, canary: CanarySummary, height: number): readonly Line[] => {
  const { language, t } = view;
  const isLow = view.rows < lowRows;
  const end = canaryEndWords(canary, language, (text) => t.said(text));
  const few = tooFewLine(canary, language);
  const gap = isLow ? [] : [emptyLine];
  const lines = [
    ...wrapped(view, `${canaryChangeWords(canary, language)}  ${canaryScopeWords(canary, language)}`, 'muted'),
    progressLine(canary, view),
    ...(canary.end === null || canary.end === 'promoted' ? [] : wrapped(view, end, canary.waits ? 'warn' : 'plain')),
    ...gap,
    ...figureLines(canary, view),
    ...(few === null ? [] : [...gap, ...wrapped(view, few, 'warn')]),
    ...(canary.rules.length === 0 || canary.state !== 'running'
      ? []
      : wrapped(view, t.canary.rollsBack(canary.rules.map(plainText).join(', ')), 'muted')),
    ...gap,
    ...wrapped(view, nextWords(canary, view), 'plain'),
  ];
  return lines.slice(0, height).map((line) => cutLine(line, view.columns - 1));
};

/** Before there is one: what a canary is, and how it is begun. */
export const noCanary = (view: View, name: string, isKnown: boolean): readonly Line[] =>
  isKnown
    ? [emptyLine, ...view.t.canary.none(name).flatMap((text) => wrapped(view, text, 'plain'))]
    : [emptyLine, textLine(` ${view.t.why.loading}`, 'muted')];
