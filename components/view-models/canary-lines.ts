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
import { thousands } from '../../src/words/figures.ts';
import { boxed, sideBySide } from '../paint/box.ts';
import { meter } from '../paint/charts/meter.ts';
import { countdown } from '../paint/format.ts';
import { cut, cutLine, emptyLine, type Line, padEnd, padStart, span, textLine, wrapText } from '../paint/line.ts';
import type { Tone } from '../paint/tone.ts';
import { canaryBars } from './canary-bars.ts';
import { type Fact, factLines, sentence } from './places/item-detail.ts';
import { settingWithValue } from './settings/settings.ts';
import type { View } from './view.ts';

/** A canary on the screen: what is tried on whom, both sides in figures, and how it ended. */

const lowRows = 16;
const sharesAloneUnder = 54;
/** Narrower, the words have all of the line. */
const meterFrom = 44;

const stateTone = ({ state, waits }: CanarySummary): Tone => {
  if (state === 'rolled-back') return waits ? 'bad+' : 'bold';
  return state === 'over' ? 'warn+' : 'bold';
};

const progressLine = (canary: CanarySummary, view: View, width: number): Line => {
  const { state, startedAt, endsAt } = canary;
  const word = span(canaryStateWord(state, view.language), stateTone(canary));
  if (state !== 'running') return [word];
  const done = (view.now - startedAt) / Math.max(1, endsAt - startedAt);
  const bar =
    width < meterFrom ? [] : meter(Math.max(0, Math.min(1, done)), Math.min(24, Math.floor(width / 4)), 'accent');
  return [
    ...bar,
    ...(bar.length === 0 ? [] : [span(' ')]),
    word,
    span(`  ${view.t.canary.endsIn(countdown(Math.max(0, endsAt - view.now)))}`),
  ];
};

const wrapped = (view: View, text: string, tone: Tone): readonly Line[] =>
  text === '' ? [] : wrapText(text, view.columns - 3).map((part) => textLine(` ${part}`, tone));

/** What is tried, and on whom. */
export const canaryAbout = (canary: CanarySummary, view: View): Line => [
  span(
    canaryChangeWords(canary, view.language, (key, value) => settingWithValue(key, value, view)),
    'plain',
  ),
  span(`  ${canaryScopeWords(canary, view.language)}`, 'muted'),
];

/** Two columns of figures behind their names; narrow windows keep both. */
const figureLines = (canary: CanarySummary, view: View, width: number): readonly Line[] => {
  const { withIt, without } = view.t.canary;
  const all = canaryRows(canary, view.language);
  // Narrow windows say the share without its count: what it is a share of must be read.
  const share = (text: string): string => (width < sharesAloneUnder ? (text.split(' · ').at(-1) ?? text) : text);
  const rows = all.map((row) => ({ ...row, canary: share(row.canary), control: share(row.control) }));
  const column = (texts: readonly string[]): number => Math.max(...texts.map((text) => text.length));
  const first = column([withIt, ...rows.map((row) => row.canary)]);
  const second = column([without, ...rows.map((row) => row.control)]);
  const label = Math.max(8, Math.min(24, width - first - second - 4));
  const line = (name: string, a: string, b: string, tones: readonly [Tone, Tone, Tone]): Line => [
    span(padEnd(cut(name, label), label), tones[0]),
    span(`  ${padStart(a, first)}`, tones[1]),
    span(`  ${padStart(b, second)}`, tones[2]),
  ];
  return [
    line('', withIt, without, ['plain', 'accent', 'muted']),
    ...rows.map((row) => line(row.label, row.canary, row.control, ['muted', 'bold', 'plain'])),
  ];
};

/** What the keys below do now. */
const nextWords = ({ state, waits }: CanarySummary, view: View): string => {
  const { everybody, decide, seen } = view.t.canary;
  if (state === 'over' && waits) return decide;
  if (state === 'rolled-back') return waits ? `${everybody} ${seen}` : everybody;
  return '';
};

/** How it goes on: why it ended, what is too little to say something, what ends it, what the keys do. */
const onwardLines = (canary: CanarySummary, view: View, width: number): readonly Line[] => {
  const { language, t } = view;
  const few = tooFewLine(canary, language);
  const parts: readonly (readonly [text: string, tone: Tone])[] = [
    ...(canary.end === null || canary.end === 'promoted'
      ? []
      : [[canaryEndWords(canary, language, (text) => t.said(text)), canary.waits ? 'warn' : 'plain'] as const]),
    ...(few === null ? [] : [[few, 'warn'] as const]),
    ...(canary.rules.length === 0 || canary.state !== 'running'
      ? []
      : [[t.canary.rollsBack(canary.rules.map(plainText).join(', ')), 'muted'] as const]),
    [nextWords(canary, view), 'plain'],
  ];
  return parts.flatMap(([text, tone]) => (text === '' ? [] : sentence(text, width, tone)));
};

/** Since when and until when, and how many chats met it. */
const factsOf = (canary: CanarySummary, view: View, width: number): readonly Fact[] => {
  const { fact, by } = view.t.canary;
  const { startedAt, endsAt, endedAt, startedBy, figures } = canary;
  const when = (at: number): string => `${view.calendar.date(at)} ${view.calendar.time(at)}`;
  const all = figures.canary.chats + figures.control.chats;
  const count = (n: number): string => thousands(n, view.language);
  return [
    [fact.began, by(plainText(startedBy), when(startedAt))],
    endedAt === null ? [fact.ends, when(endsAt)] : [fact.ended, when(endedAt)],
    ...(canary.share === null
      ? []
      : [
          [
            fact.chats,
            [
              ...meter(figures.canary.chats / Math.max(1, all), Math.min(16, Math.floor(width / 3)), 'accent'),
              span(` ${view.t.canary.chatsOf(count(figures.canary.chats), count(all))}`),
            ],
          ] as const,
        ]),
  ];
};

const boxesFrom = { columns: 100, rows: 16 };
const figuresWidth = 66;

/** Beside each other in boxes where there is room, else one below the other. */
export const canaryBody = (view: View, canary: CanarySummary, height: number): readonly Line[] => {
  const width = view.columns - 1;
  if (view.columns >= boxesFrom.columns && view.rows >= boxesFrom.rows) {
    const figures = figureLines(canary, view, figuresWidth - 4);
    const side = width - figuresWidth - 1;
    const onward = [
      progressLine(canary, view, side - 4),
      emptyLine,
      ...factLines(factsOf(canary, view, side - 4), side - 4),
      emptyLine,
      ...onwardLines(canary, view, side - 4),
    ];
    const rows = Math.min(height, Math.max(figures.length, onward.length) + 2);
    const upper = sideBySide([
      {
        width: figuresWidth,
        lines: boxed({ title: [span(view.t.canary.figures, 'bold')], width: figuresWidth, rows, content: figures }),
      },
      {
        width: side,
        lines: boxed({
          title: [span(view.t.canary.onward, 'bold')],
          tone: canary.waits ? 'warn' : 'faint',
          width: side,
          rows,
          content: onward,
        }),
      },
    ]);
    return [...upper, ...canaryBars(canary, view, width, height - upper.length)];
  }
  const gap = view.rows < lowRows ? [] : [emptyLine];
  return [
    progressLine(canary, view, width - 2),
    ...gap,
    ...figureLines(canary, view, width - 2),
    ...gap,
    ...onwardLines(canary, view, width - 2),
  ]
    .slice(0, height)
    .map((line) => cutLine([span(' '), ...line], width));
};

/** Before there is one: what a canary is, and how it is begun. */
export const noCanary = (view: View, name: string, isKnown: boolean): readonly Line[] =>
  isKnown
    ? [emptyLine, ...view.t.canary.none(name).flatMap((text) => wrapped(view, text, 'plain'))]
    : [emptyLine, textLine(` ${view.t.why.loading}`, 'muted')];
