import { expect, test } from 'vitest';
import { addSession, chatOf, inbound, noon, temporaryStore } from './support.ts';

const minute = 60_000;

test('one pass counts what a row of the fleet table shows', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const other = addSession(store, 'otica-visao');
  const chat = chatOf(store, session);
  const second = chatOf(store, session, '5521998761234');
  store.messages.insert(inbound(session, chat.id, 'a', { at: noon - 10 * minute }), noon - 10 * minute);
  store.messages.insert(inbound(session, second.id, 'b', { at: noon - 1000 }), noon - 1000);
  store.messages.insert(
    inbound(session, second.id, 'c', {
      ending: { outcome: 'held', code: 'closed', reason: 'closed', heldUntil: noon + minute },
    }),
    noon,
  );
  store.messages.insert(
    inbound(session, second.id, 'd', {
      ending: { outcome: 'unanswered', code: 'empty', reason: 'the AI gave nothing' },
    }),
    noon,
  );
  store.conversations.pause(second.id, { until: noon + minute, by: 'owner', reason: 'typed on the phone' }, noon);
  store.outbox.addDraft(
    { sessionId: session.id, conversationId: chat.id, turnId: null, source: 'reply', actor: 'bot' },
    'draft',
    noon,
  );
  const [sent] = store.outbox.enqueue(
    { sessionId: session.id, conversationId: second.id, turnId: null, source: 'send', actor: 'you' },
    [{ text: 'hello', notBefore: noon }],
    noon,
  );
  const part = store.outbox.get(sent ?? 0);
  if (part === null) throw new Error('no part');
  store.outbox.markSending(part.id, { messageId: 'ABC', chatId: '5511987654321@c.us' }, 'life-1', noon);
  store.outbox.markSent(part, { waId: 'true_x_ABC', ack: 1 }, noon);
  store.usage.add(
    {
      sessionId: session.id,
      day: '2026-11-22',
      provider: 'openai',
      model: 'm',
      inputTokens: 10,
      outputTokens: 5,
      costMicroUsd: 250_000,
    },
    noon,
  );

  const activity = store.activity.activityOf([session.id, other.id, 'gone'], noon);
  expect([...activity.keys()].sort()).toEqual([session.id, other.id].sort());
  expect(activity.get(session.id)).toEqual({
    sessionId: session.id,
    receivedLastHour: 4,
    sentLastHour: 1,
    receivedLastMinute: 3,
    sentLastMinute: 1,
    lastMessageAt: noon,
    lastInboundAt: noon,
    pendingChats: 2,
    overdueChats: 1,
    lateChats: 1,
    lateSince: noon - 10 * minute,
    heldMessages: 1,
    opensAt: noon + minute,
    pausedChats: 1,
    pausedBy: 'owner',
    drafts: 1,
    proposals: 0,
    troubleMessages: 1,
    silence: { chats: 0, today: 0, oldestSince: null, lately: 0, newestCode: null, newestReason: null },
    asksForPerson: 0,
    restriction: null,
    costTodayUsd: 0.25,
  });
  expect(activity.get(other.id)).toMatchObject({
    receivedLastHour: 0,
    pendingChats: 0,
    lastMessageAt: null,
    costTodayUsd: 0,
  });

  store.activity.lookedAt(session.id, noon);
  expect(store.activity.activityOf([session.id], noon).get(session.id)?.troubleMessages).toBe(0);
  expect(store.activity.activityOf([session.id], noon + 2 * 60 * minute).get(session.id)?.receivedLastHour).toBe(0);
});

test('whoever writes to a session without an AI waits, and too long like anybody; what is held on purpose does not', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const held = (phone: string, code: string, reason: string | null = null) => {
    const { id } = chatOf(store, session, phone);
    const ending = { outcome: 'held', code, reason } as const;
    store.messages.insert(
      inbound(session, id, `${code} ${phone}`, { at: noon - 10 * minute, ending }),
      noon - 10 * minute,
    );
  };
  held('5511987654321', 'no-ai');
  held('5521998761234', 'chat-paused');
  expect(store.activity.activityOf([session.id], noon).get(session.id)).toMatchObject({
    pendingChats: 1,
    overdueChats: 1,
    lateChats: 1,
    lateSince: noon - 10 * minute,
  });

  // A cap of one chat is that chat's; one of the whole session leaves everybody without an answer.
  held('5531911112222', 'cap', 'timing_config.maxPerChatHour is reached: 60 messages');
  expect(store.activity.activityOf([session.id], noon).get(session.id)?.overdueChats).toBe(1);
  held('5541933334444', 'cap', 'timing_config.maxPerHour is reached: 10 messages');
  held('5551955556666', 'cap', 'timing_config.maxPerDay is reached: 10 messages');
  expect(store.activity.activityOf([session.id], noon).get(session.id)?.overdueChats).toBe(3);
});

test('the normal of an hour is the mean of the same hour of the last seven days, in visits and messages', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const chat = chatOf(store, session);
  const day = 86_400_000;
  for (const back of [2, 1]) {
    const at = noon - back * day;
    store.messages.insert(inbound(session, chat.id, `${back}a`, { at }), at);
    store.messages.insert(inbound(session, chat.id, `${back}b`, { at: at + minute }), at + minute);
  }
  expect(store.activity.normalOf([session.id], noon).get(session.id)).toEqual({
    sessionId: session.id,
    receivedPerHour: 2,
    visitsPerHour: 1,
    daysSeen: 2,
  });
});
