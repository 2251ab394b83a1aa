import { formatPhone } from '../../../src/session/phone.ts';
import type { ChatMessage, ChatRow, TurnRecord } from '../../../src/session/records.ts';
import { boxed } from '../../paint/box.ts';
import { bothEnds } from '../../paint/ends.ts';
import { emptyLine, fillRows, type Line, span, textLine, wrapText } from '../../paint/line.ts';
import { isTrouble, wordsOf } from '../session-cells.ts';
import { stateLine } from '../state-line.ts';
import type { View } from '../view.ts';
import { answerChain, chainReason } from './answer-chain.ts';
import { bubbleRows, dayRow, type Waiting } from './bubbles.ts';
import { labelOf } from './chat-lines.ts';
import { chatLook, chatName, chatWhy, isPaused } from './chats.ts';

/** One conversation in a column: who it is, the messages, and why nobody answered. */

const waitingOf = (chat: ChatRow | null, view: View): Waiting => {
  if (chat === null) return { isOverdue: false, reason: '' };
  const row = view.snapshot.sessions.find(({ name }) => name === chat.sessionName);
  const isOverdue = chat.overdue ?? (chat.waiting > 0 && !isPaused(chat, view.now));
  return { isOverdue, reason: row === undefined || !isTrouble(row) ? '' : wordsOf(row, view, true) };
};

/** Messages that end `up` rows above the newest one. */
export const messagesWindow = (
  messages: readonly ChatMessage[],
  {
    up,
    height,
    width,
    view,
    chat = null,
  }: {
    readonly up: number;
    readonly height: number;
    readonly width: number;
    readonly view: View;
    readonly chat?: ChatRow | null;
  },
): readonly Line[] => {
  const waiting = waitingOf(chat, view);
  const rows: Line[] = [];
  for (let index = messages.length - 1; index >= 0 && rows.length < height + up; index -= 1) {
    const message = messages[index];
    if (message === undefined) continue;
    const before = messages[index - 1];
    const isNewDay = before === undefined || view.calendar.date(before.at) !== view.calendar.date(message.at);
    rows.unshift(
      ...(isNewDay ? [dayRow(message.at, view, width)] : []),
      ...bubbleRows(message, { messages, waiting, view, width }),
      ...(index === messages.length - 1 || height < 16 ? [] : [emptyLine]),
    );
  }
  const end = Math.max(Math.min(rows.length, height), rows.length - up);
  return rows.slice(Math.max(0, end - height), end);
};

/** Who it is, and how his bot does. */
const titleRow = (chat: ChatRow, view: View, width: number, withSession: boolean): Line => {
  const phone = chat.phone === null ? '' : formatPhone(chat.phone);
  const name = chatName(chat);
  const row = view.snapshot.sessions.find((session) => session.name === chat.sessionName);
  const left: Line = [span(name, 'bold'), ...(phone === '' || phone === name ? [] : [span(`  ${phone}`, 'muted')])];
  if (!withSession) {
    const look = chatLook(chat, view);
    return bothEnds(left, look.word === '' ? emptyLine : [span(look.word, look.tone)], width);
  }
  const state = row === undefined ? emptyLine : [span('  '), ...stateLine(row, view)];
  return bothEnds(left, [span(labelOf(chat.sessionName, view)), ...state], width);
};

/** Those who wait are answered when what stopped it works again: nothing of them is dropped. */
const waitOn = (chat: ChatRow, turn: TurnRecord | null, view: View): readonly string[] => {
  const row = view.snapshot.sessions.find(({ name }) => name === chat.sessionName);
  const isHeld = turn === null ? false : turn.outcome === 'interrupted';
  if (row === undefined || !isHeld || row.verdict !== 'not_replying' || row.waiting.estimated) return [];
  return [view.t.chats.waitOn(row.waiting.chats)];
};

/** `turn`: what was begun for what waits there; null: nothing yet, or nothing waits. */
const whyBox = (chat: ChatRow, turn: TurnRecord | null, view: View, width: number): readonly Line[] => {
  const look = chatLook(chat, view);
  const isBad = look.tone === 'bad';
  const inner = width - 4;
  const stopped = waitingOf(chat, view).reason || (chat.silentSince === null ? chainReason(turn, view) : '');
  const words = [...chatWhy(chat, view), ...(isBad && stopped !== '' ? [stopped] : []), ...waitOn(chat, turn, view)];
  const content = [
    ...(isBad ? [answerChain(turn, view, inner)] : []),
    ...words.flatMap((text) => wrapText(text, inner)).map((text) => textLine(text, 'muted')),
  ];
  if (content.length === 0) return [];
  return boxed({
    title: [span(isBad ? view.t.chats.whyNoAnswer : view.t.chats.toKnow, 'bold')],
    right: [span('x ', 'accent+'), span(view.t.chats.everyStep, 'muted')],
    tone: isBad ? 'bad' : look.tone === 'warn' ? 'warn' : 'faint',
    width,
    rows: Math.min(7, content.length + 2),
    content,
  });
};

/** How many rows of a conversation of this height hold messages. */
export const messageRows = (
  chat: ChatRow,
  view: View,
  { width, rows, turn = null }: { readonly width: number; readonly rows: number; readonly turn?: TurnRecord | null },
): number => Math.max(1, rows - 2 - (rows >= 18 ? whyBox(chat, turn, view, width).length : 0));

/** Exactly `rows` lines of at most `width` columns. */
export const conversationLines = (
  chat: ChatRow,
  {
    messages,
    view,
    up,
    width,
    rows,
    withSession,
    turn = null,
  }: {
    /** Null: not read yet. */
    readonly messages: readonly ChatMessage[] | null;
    readonly view: View;
    readonly up: number;
    readonly width: number;
    readonly rows: number;
    readonly withSession: boolean;
    /** What was begun for what waits there. */
    readonly turn?: TurnRecord | null;
  },
): readonly Line[] => {
  const height = messageRows(chat, view, { width, rows, turn });
  const body =
    messages === null || messages.length === 0
      ? [textLine(messages === null ? view.t.why.loading : view.t.chats.noMessages, 'muted')]
      : messagesWindow(messages, { up, height, width, view, chat });
  const why = rows >= 18 ? whyBox(chat, turn, view, width) : [];
  return [
    titleRow(chat, view, width, withSession),
    textLine('─'.repeat(width), 'faint'),
    ...fillRows(body, height),
    ...why,
  ];
};
