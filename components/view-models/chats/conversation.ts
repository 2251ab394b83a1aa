import { formatPhone } from '../../../src/session/phone.ts';
import type { ChatMessage, ChatRow } from '../../../src/session/records.ts';
import { boxed } from '../../paint/box.ts';
import { bothEnds } from '../../paint/ends.ts';
import { emptyLine, fillRows, type Line, span, textLine, wrapText } from '../../paint/line.ts';
import { isTrouble, wordsOf } from '../session-cells.ts';
import { stateLine } from '../state-line.ts';
import type { View } from '../view.ts';
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

const whyBox = (chat: ChatRow, view: View, width: number): readonly Line[] => {
  const look = chatLook(chat, view);
  const waiting = waitingOf(chat, view);
  const words = [...chatWhy(chat, view), ...(look.tone === 'bad' && waiting.reason !== '' ? [waiting.reason] : [])];
  const content = words.flatMap((text) => wrapText(text, width - 4)).map((text) => textLine(text, 'muted'));
  if (content.length === 0) return [];
  return boxed({
    title: [span(look.tone === 'bad' ? view.t.chats.whyNoAnswer : view.t.chats.toKnow, 'bold')],
    right: [span('x ', 'accent+'), span(view.t.chats.everyStep, 'muted')],
    tone: look.tone === 'bad' ? 'bad' : look.tone === 'warn' ? 'warn' : 'faint',
    width,
    rows: Math.min(7, content.length + 2),
    content,
  });
};

/** How many rows of a conversation of this height hold messages. */
export const messageRows = (
  chat: ChatRow,
  view: View,
  { width, rows }: { readonly width: number; readonly rows: number },
): number => Math.max(1, rows - 2 - (rows >= 18 ? whyBox(chat, view, width).length : 0));

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
  }: {
    /** Null: not read yet. */
    readonly messages: readonly ChatMessage[] | null;
    readonly view: View;
    readonly up: number;
    readonly width: number;
    readonly rows: number;
    readonly withSession: boolean;
  },
): readonly Line[] => {
  const height = messageRows(chat, view, { width, rows });
  const body =
    messages === null || messages.length === 0
      ? [textLine(messages === null ? view.t.why.loading : view.t.chats.noMessages, 'muted')]
      : messagesWindow(messages, { up, height, width, view, chat });
  const why = rows >= 18 ? whyBox(chat, view, width) : [];
  return [
    titleRow(chat, view, width, withSession),
    textLine('─'.repeat(width), 'faint'),
    ...fillRows(body, height),
    ...why,
  ];
};
