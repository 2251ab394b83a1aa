import { expect, it, test } from 'vitest';
import type { ChatRow } from '../../src/session/records.ts';
import { chatLastAt, chatWaitsSince, longestWaiterFirst, sessionWaitsSince } from '../../src/session/waiting.ts';

const chat = (chatId: string, given: Partial<ChatRow>): ChatRow => ({
  sessionName: 'padaria',
  chatId,
  name: null,
  phone: null,
  lid: null,
  lastInboundAt: null,
  lastOutboundAt: null,
  lastText: '',
  messages: 0,
  waiting: 0,
  pausedUntil: null,
  pausedBy: null,
  pausedReason: null,
  drafts: 0,
  silentSince: null,
  silentCode: null,
  silentReason: null,
  asksForPersonSince: null,
  handoverSummary: null,
  ...given,
});

test.each<[string, Partial<ChatRow>, number | null]>([
  ['nobody wrote', {}, null],
  ['an answer is being collected', { waiting: 2, waitingSince: 50, overdue: false }, null],
  ['an answer is overdue', { waiting: 2, waitingSince: 50, overdue: true }, 50],
  ['an older master does not say', { waiting: 1, lastInboundAt: 70 }, 70],
  ['left in silence', { silentSince: 40 }, 40],
  [
    'asks for a person, and an answer is overdue',
    { asksForPersonSince: 60, waiting: 1, waitingSince: 30, overdue: true },
    30,
  ],
])('%s: %j waits since %s', (_, given, since) => expect(chatWaitsSince(chat('a', given))).toBe(since));

it('the longest waiter first, then the longest waiting draft, then the newest', () => {
  const order = longestWaiterFirst([
    chat('newest', { lastInboundAt: 900 }),
    chat('later draft', { drafts: 1, lastInboundAt: 700 }),
    chat('draft', { drafts: 1, lastInboundAt: 100 }),
    chat('waits', { waiting: 1, waitingSince: 500, overdue: true, lastInboundAt: 500 }),
    chat('silent', { silentSince: 200, lastInboundAt: 200 }),
    chat('collected', { waiting: 1, waitingSince: 890, overdue: false, lastInboundAt: 890 }),
  ]);
  expect(order.map(({ chatId }) => chatId)).toEqual(['silent', 'waits', 'draft', 'later draft', 'newest', 'collected']);
});

it('a chat without a message has no last time, and a session without a waiter no first', () => {
  expect(chatLastAt(chat('a', {}))).toBe(0);
  const nobody = { chats: 0, oldestSince: null };
  expect(sessionWaitsSince({ waiting: nobody, silent: nobody, since: 5 })).toBe(Number.POSITIVE_INFINITY);
  expect(
    sessionWaitsSince({ waiting: { chats: 1, oldestSince: null }, silent: { chats: 1, oldestSince: 3 }, since: 5 }),
  ).toBe(3);
});
