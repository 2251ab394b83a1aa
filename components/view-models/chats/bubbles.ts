import { plainLines, plainText } from '../../../src/session/plain-text.ts';
import type { ChatMessage, DraftRow } from '../../../src/session/records.ts';
import { clip } from '../../../src/session/send-file.ts';
import { recentAge, took } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import { type Line, lineWidth, padEnd, span, textWidth, wrapText } from '../../paint/line.ts';
import type { Tone } from '../../paint/tone.ts';
import { reasonText, withReason } from '../told.ts';
import type { View } from '../view.ts';

/** Messages as bubbles: the customer at the left, the bot and the owner at the right, below each when and how it ended. */

export const mostBubble = 50;

type Side = 'customer' | 'bot' | 'owner';

/** Where paper cannot be painted an edge stands for it. */
const isFlat = (view: View): boolean => view.theme.colors === 'none' || view.theme.colors === '16';

const edges: Readonly<Record<Side, readonly [string, Tone]>> = {
  customer: [glyph.customerEdge, 'in'],
  bot: [glyph.botEdge, 'ok'],
  owner: [glyph.botEdge, 'accent'],
};
const papers: Readonly<Record<Side, Tone>> = { customer: 'p:customer', bot: 'p:bot', owner: 'p:owner' };

/** The text alone, on its paper, each line as wide as the longest one. */
export const bubble = (text: string, side: Side, view: View, most: number = mostBubble): readonly Line[] => {
  const lines = plainLines(text).flatMap((part) => (part === '' ? [''] : wrapText(part, Math.max(4, most - 2))));
  const width = Math.max(1, ...lines.map(textWidth));
  const [edge, tone] = edges[side];
  return lines.map((line) => {
    if (!isFlat(view)) return [span(` ${padEnd(line, width)} `, papers[side])];
    if (side === 'customer') return [span(edge, tone), span(` ${padEnd(line, width)}`)];
    return [span(`${padEnd(line, width)} `), span(edge, tone)];
  });
};

const pushed = (line: Line, width: number): Line => {
  const gap = width - lineWidth(line);
  return gap > 0 ? [span(' '.repeat(gap)), ...line] : line;
};

const ackLine = (ack: number | null, view: View): Line => {
  const words = view.t.chats.ack;
  switch (ack) {
    case -1:
      return [span(` ${glyph.gaveUp} ${words.failed}`, 'bad')];
    case 0:
      return [span(` ${glyph.dot} ${words.pending}`, 'muted')];
    case 1:
      return [span(` ${glyph.done} ${words.sent}`, 'muted')];
    case 2:
      return [span(` ${glyph.done}${glyph.done} ${words.delivered}`, 'muted')];
    case 3:
      return [span(` ${glyph.done}${glyph.done} ${words.read}`, 'in')];
    default:
      return [];
  }
};

/** What is known of who waits: whether it is longer than it should be, and why. */
export interface Waiting {
  readonly isOverdue: boolean;
  readonly reason: string;
}

const outcomeLine = (message: ChatMessage, waiting: Waiting, view: View): Line => {
  const { chats } = view.t;
  const reason = reasonText(view.t, 'outcomeReason', message.outcomeCode, message.outcomeReason);
  switch (message.outcome) {
    case null:
    case 'answered':
      return [];
    case 'pending': {
      const words = chats.waitsFor(recentAge(view.now - message.at));
      if (!waiting.isOverdue) return [span(` ${glyph.answers} ${words}`, 'in')];
      return [span(` ${glyph.needsYou} ${withReason(words, reason === '' ? waiting.reason : reason)}`, 'bad')];
    }
    case 'unanswered':
    case 'unknown':
      return [span(` ${glyph.needsYou} ${withReason(chats.outcome[message.outcome], reason)}`, 'bad')];
    case 'held':
    case 'ignored':
      return [span(` ${glyph.dot} ${withReason(chats.outcome[message.outcome], reason)}`, 'muted')];
  }
};

/** Below a text of ours: whose, how long its customer had waited, when, and how far it got. */
const ownMeta = (message: ChatMessage, answeredMs: number | null, view: View): Line => {
  const { chats } = view.t;
  const who = chats.from[message.from];
  const decided =
    message.from === 'owner' && message.outcomeCode !== null
      ? reasonText(view.t, 'outcomeReason', message.outcomeCode, message.outcomeReason)
      : '';
  return [
    span(
      `${who}${answeredMs === null ? '' : ` ${took(answeredMs, view.language)}`}  ${view.calendar.time(message.at)}`,
      'muted',
    ),
    ...(decided === '' ? ackLine(message.ack, view) : [span(`  (${decided})`, 'muted')]),
  ];
};

/** Of ours a file stands by its sign: `▤ menu.pdf`. */
export const messageText = (message: ChatMessage): string => {
  if (message.from === 'bot' && message.text.includes(clip)) return message.text.replaceAll(clip, glyph.file);
  return `${message.kind === 'text' ? '' : `[${plainText(message.kind)}] `}${message.text}`;
};

/** A draft with the files that go out with it. */
export const draftText = ({ text, files = [] }: DraftRow): string =>
  [text, ...files.map((name) => `${glyph.file} ${name}`)].filter((line) => line !== '').join('\n');

/** How long the customer of a turn had waited when its answer went out. */
const answeredAfter = (message: ChatMessage, messages: readonly ChatMessage[]): number | null => {
  if (message.from !== 'bot' || message.turnId === null) return null;
  const asked = messages.filter(
    ({ from, turnId, at }) => from === 'customer' && turnId === message.turnId && at <= message.at,
  );
  return asked.length === 0 ? null : message.at - Math.min(...asked.map(({ at }) => at));
};

/** One message in a column of `width`. */
export const bubbleRows = (
  message: ChatMessage,
  {
    messages,
    waiting,
    view,
    width,
  }: {
    readonly messages: readonly ChatMessage[];
    readonly waiting: Waiting;
    readonly view: View;
    readonly width: number;
  },
): readonly Line[] => {
  const most = Math.min(mostBubble, Math.max(8, width - 4));
  const text = bubble(messageText(message), message.from, view, most);
  if (message.from === 'customer') {
    const meta: Line = [span(` ${view.calendar.time(message.at)}`, 'muted'), ...outcomeLine(message, waiting, view)];
    return [...text, meta];
  }
  const meta: Line = [...ownMeta(message, answeredAfter(message, messages), view), span(' ')];
  return [...text, meta].map((line) => pushed(line, width));
};

/** The line between two days. */
export const dayRow = (at: number, view: View, width: number): Line => {
  const text = view.calendar.weekday(at);
  return [span(' '.repeat(Math.max(0, Math.floor((width - textWidth(text)) / 2)))), span(text, 'muted')];
};
