import type { SessionRow } from '../../../src/protocol/fleet.ts';
import type { TryLine, TryState } from '../../../src/protocol/try.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { dollars } from '../../../src/words/figures.ts';
import { boxed, fitted } from '../../paint/box.ts';
import { meter } from '../../paint/charts/meter.ts';
import { bothEnds, fitting, joined } from '../../paint/ends.ts';
import { type Field, showField } from '../../paint/field.ts';
import { countdown, took } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import { cutLine, emptyLine, fillRows, type Line, lineWidth, span, textLine, wrapText } from '../../paint/line.ts';
import { bubble, mostBubble } from '../chats/bubbles.ts';
import { sessionHeadRow } from '../screen-head.ts';
import type { View } from '../view.ts';
import { stepsInOneLine, stepsPane } from './try-steps.ts';

/** A test on the screen: the conversation at the left, how the last answer came about at the right. */

const stepsFrom = 100;
const leftWidth = (view: View): number =>
  view.columns >= stepsFrom ? Math.min(100, Math.floor((view.columns - 1) * 0.62)) : view.columns - 1;

const pushed = (line: Line, width: number): Line => [span(' '.repeat(Math.max(0, width - lineWidth(line)))), ...line];

const metaOf = (line: TryLine, view: View): Line => {
  const { tryBot } = view.t;
  if (line.from === 'customer') return [span(` ${tryBot.you}  ${view.calendar.time(line.at)}`, 'muted')];
  const time = line.tookMs === undefined ? view.calendar.time(line.at) : took(line.tookMs, view.language);
  const cost = line.costUsd === undefined ? '' : `  ${dollars(line.costUsd, view.language, 4)}`;
  return [span(`${tryBot.bot} ${time}${cost} `, 'muted')];
};

const talkLines = (state: TryState, view: View, width: number, height: number): readonly Line[] => {
  const { conversation } = state;
  if (conversation.length === 0)
    return wrapText(view.t.tryBot.empty, width - 2).map((text): Line => [span(' '), span(text, 'muted')]);
  const most = Math.min(mostBubble, Math.max(8, width - 4));
  const rows = conversation.flatMap((line, index): readonly Line[] => {
    if (line.from === 'note')
      return wrapText(view.t.tryBot.note(plainText(line.text)), width - 4).map(
        (part): Line => [span(`  ${part}`, 'muted')],
      );
    const said = bubble(line.text, line.from, view, most);
    const next = conversation[index + 1];
    const isLast = next?.from !== line.from;
    const all = [...said, ...(isLast || line.from === 'customer' ? [metaOf(line, view)] : [])];
    const gap = isLast && height >= 14 ? [emptyLine] : [];
    return [...(line.from === 'bot' ? all.map((each) => pushed(each, width)) : all), ...gap];
  });
  return rows.slice(-height);
};

/** While it collects: how long still, and how to end it. While it works: that it does. */
const waitLine = (state: TryState, view: View, width: number): Line => {
  const { tryBot } = view.t;
  if (state.done) return emptyLine;
  if (state.collectsUntil === null) return [span(` ${glyph.starting} `, 'in'), span(tryBot.works)];
  const left = Math.max(0, state.collectsUntil - view.now);
  const words: Line = [
    span(` ${glyph.starting} `, 'in'),
    span(tryBot.collects),
    span(`   ${tryBot.answersIn} `, 'muted'),
    span(countdown(left), 'in+'),
  ];
  const now: Line = [span('tab', 'accent+'), span(` ${tryBot.now}`, 'muted')];
  const room = width - lineWidth(words) - lineWidth(now) - 6;
  const bar = room >= 8 ? meter(Math.min(1, left / 15_000), Math.min(20, room), 'in') : [];
  return bothEnds(joined([words, bar], 3), now, width - 1);
};

const writeBox = (field: Field, view: View, width: number, isLow: boolean): readonly Line[] => {
  const { tryBot } = view.t;
  const shown = showField(field, width - 6);
  return boxed({
    title: [span(tryBot.write, 'bold')],
    right: [span('enter ', 'accent+'), span(tryBot.send, 'muted')],
    tone: 'accent',
    width,
    rows: isLow ? 3 : 4,
    content: [[span(`${glyph.path} `, 'muted'), span(shown)], textLine(tryBot.hint, 'muted')],
  });
};

const keyLine = (
  view: View,
  left: readonly (readonly [string, string])[],
  right: readonly (readonly [string, string])[],
): Line => {
  const piece = ([key, word]: readonly [string, string]): Line => [span(key, 'accent+'), span(` ${word}`, 'muted')];
  const gap = view.columns >= 100 ? 3 : 2;
  const end = joined(right.map(piece), gap);
  // A key is left out whole before its word is cut.
  const room = view.columns - 2 - (end.length === 0 ? 0 : lineWidth(end) + 2);
  return bothEnds([span(' '), ...fitting(left.map(piece), room, gap)], end, view.columns - 1);
};

export const tryFoot = (view: View): readonly Line[] => {
  const { keys } = view.t.tryBot;
  return [
    keyLine(
      view,
      [
        ['enter', keys.send],
        ['tab', keys.now],
        ['↑', keys.last],
      ],
      [],
    ),
    keyLine(view, [['shift+tab', keys.again]], [['esc', keys.back]]),
  ];
};

const introLine = (row: SessionRow, state: TryState | null, view: View): Line => {
  const model =
    state?.model === undefined || state.model === '' ? view.t.dialog.provider[row.provider] : plainText(state.model);
  const words = view.t.tryBot.intro(model, state?.instructions?.version ?? null);
  const whole: Line = [
    span(' '),
    ...words.map((text, index) => span(text, index === 1 || index === 3 ? 'bold' : 'muted')),
  ];
  return lineWidth(whole) < view.columns ? whole : textLine(` ${view.t.tryBot.introShort}`, 'muted');
};

export interface TryInput {
  /** Null: it is being started. */
  readonly state: TryState | null;
  /** Why it cannot be; null: it can. */
  readonly error: string | null;
  readonly field: Field;
  readonly status: Line | null;
}

const words = (error: string | null, view: View): readonly Line[] => {
  const { tryBot } = view.t;
  if (error === null) return [textLine(` ${tryBot.starts}`, 'muted')];
  const text = /^this master does not know /.test(error) ? tryBot.older : tryBot.failed(error);
  return wrapText(text, view.columns - 3).map((part): Line => [span(' '), span(part, 'bad')]);
};

/** The whole screen. */
export const tryLines = (row: SessionRow, view: View, { state, error, field, status }: TryInput): readonly Line[] => {
  const { tryBot } = view.t;
  const pill: Line = [
    span(` ${tryBot.badge} `, 'p:accent'),
    ...(view.columns >= 100 ? [span(`  ${tryBot.nobody}`, 'muted')] : []),
  ];
  const isLow = view.rows < 16;
  const head = [
    sessionHeadRow(row, view, pill),
    ...(isLow ? [] : [introLine(row, state, view)]),
    textLine(glyph.light.repeat(view.columns - 1), 'faint'),
  ].map((line) => cutLine(line, view.columns - 1));
  const foot = [...(status === null ? [] : [status]), ...tryFoot(view)];
  const rows = view.rows - head.length - foot.length;
  if (state === null || error !== null)
    return [...head, ...fillRows([emptyLine, ...words(error, view)], rows), ...foot];

  const width = leftWidth(view);
  const isWide = view.columns >= stepsFrom;
  const box = writeBox(field, view, width, isLow);
  const brief = isWide || isLow ? [] : [cutLine([span(' '), ...stepsInOneLine(state, view)], width)];
  const height = Math.max(1, rows - box.length - 1 - brief.length);
  const talk = talkLines(state, view, width - 1, height);
  const left = [
    ...fillRows(talk, height).map((line): Line => (isWide ? [span(' '), ...line] : line)),
    ...brief,
    waitLine(state, view, width),
    ...box,
  ];
  const shown = fillRows(left, rows);
  if (!isWide) return [...head, ...shown.map((line) => cutLine(line, view.columns - 1)), ...foot];

  const paneWidth = view.columns - 1 - width - 3;
  const pane = fillRows(stepsPane(state, view, { width: paneWidth, rows }), rows);
  const body = shown.map(
    (line, index): Line => [
      ...fitted(line, width),
      span(' │ ', 'faint'),
      ...cutLine(pane[index] ?? emptyLine, paneWidth),
    ],
  );
  return [...head, ...body, ...foot];
};
