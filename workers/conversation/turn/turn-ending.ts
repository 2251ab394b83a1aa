import { plainText } from '../../../src/session/plain-text.ts';
import type { AiResult } from '../../ai/ai-provider.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { holdMessages } from '../core/holds.ts';
import { readingDelay } from '../limits/pacing.ts';
import { splitAnswer } from '../outbox/split-answer.ts';
import { filterAnswer } from './filter-answer.ts';
import { bookUsage } from './memory.ts';
import { holdOf } from './turn-rules.ts';
import { endTurn, newerMessages, seqsOf, stepAt, stillPending, type Turn } from './turn-state.ts';

/** How a turn ends with an answer or without one. Called inside one transaction. */

/** Everything that an answer changes, in one transaction: from here on it is sent, whatever happens to the process. */
export const accept = (
  core: EngineCore,
  turn: Turn,
  result: AiResult & { kind: 'answer' },
  attempts: number,
  fixed: boolean,
): void => {
  const now = core.clock.now();
  const { store } = core;
  const session = core.current();
  const { timing } = session.config;
  const costMicroUsd = fixed ? 0 : bookUsage(core, result.model, result.usage);
  const filtered = filterAnswer(result.text);
  const changes = [...result.notes, ...filtered.changes];
  const parts = timing.split ? splitAnswer(filtered.text, timing) : filtered.text === '' ? [] : [filtered.text];
  const tookMs = now - turn.startedAt;
  const common = {
    model: result.model,
    rawAnswer: result.text,
    filtered: changes.length === 0 ? null : changes.join(', '),
    attempts,
    inputTokens: result.usage.inputTokens,
    outputTokens: result.usage.outputTokens,
    costMicroUsd,
    timing: { waitedMs: turn.startedAt - (turn.messages[0]?.storedAt ?? turn.startedAt), aiMs: tookMs },
  };
  const said = stepAt(core, 'answered', {
    tookMs,
    inputTokens: result.usage.inputTokens,
    outputTokens: result.usage.outputTokens,
  });
  store.turns.update(turn.id, common, now);
  store.turns.addSteps(
    turn.id,
    [said, ...(changes.length === 0 ? [] : [stepAt(core, 'filtered', { what: changes.join(', ') })])],
    now,
  );

  const conversation = store.conversations.get(turn.conversation.id);
  const newer = newerMessages(core, turn);
  const oldest = Math.min(...turn.messages.map((message) => message.pendingSince ?? message.storedAt));
  if (conversation === null || !stillPending(core, turn)) {
    endTurn(core, turn, 'interrupted', null, { code: 'gone', text: 'the messages were taken away meanwhile' });
    return;
  }
  // Nothing was sent yet: newer messages are answered together with these, but the longest wait is kept.
  if (newer.length > 0 && now - oldest < timing.maxWaitMs) {
    store.messages.setTurn(seqsOf(turn.messages), null, now);
    endTurn(core, turn, 'superseded', stepAt(core, 'superseded', { messages: newer.length }), null);
    return;
  }
  const hold = holdOf(core, conversation);
  // Hours, caps and budget are asked before a turn, not after: an answer that is there goes out.
  if (hold !== null && (hold.code === 'wrong-phone' || hold.code === 'session-paused' || hold.code === 'chat-paused')) {
    holdMessages(core, turn.messages, hold);
    endTurn(core, turn, 'held', null, { code: hold.code, text: hold.reason });
    return;
  }
  if (parts.length === 0) {
    endUnanswered(core, turn, 'empty', 'nothing to send was left of the answer');
    return;
  }
  store.conversations.setBotLoop(conversation.id, JSON.stringify(turn.loop), now);
  const origin = {
    sessionId: session.id,
    conversationId: conversation.id,
    turnId: turn.id,
    source: 'reply',
    actor: 'bot',
  } as const;
  if (session.replies === 'draft') {
    store.outbox.addDraft(origin, filtered.text, now);
    holdMessages(core, turn.messages, { code: 'draft', reason: 'a draft waits for a person', until: null });
    store.turns.addSteps(turn.id, [stepAt(core, 'draft')], now);
    store.turns.update(turn.id, { outcome: 'drafted', finishedAt: now, parts }, now);
    return;
  }
  const notBefore = now + readingDelay(timing, core.random);
  store.outbox.enqueue(
    origin,
    parts.map((text) => ({ text, notBefore })),
    now,
  );
  store.turns.addSteps(turn.id, [stepAt(core, 'split', { parts: parts.length })], now);
  store.turns.update(turn.id, { outcome: 'sending', parts }, now);
};

export const endUnanswered = (core: EngineCore, turn: Turn, code: string, reason: string): void => {
  core.store.messages.end(
    seqsOf(turn.messages),
    { outcome: 'unanswered', code, reason: plainText(reason) },
    core.clock.now(),
  );
  endTurn(core, turn, 'unanswered', stepAt(core, 'no-answer', { reason: plainText(reason) }), { code, text: reason });
  core.event(
    'warn',
    'unanswered',
    `${turn.conversation.name ?? turn.conversation.chatId} got no answer: ${plainText(reason)}`,
    { chat: turn.conversation.name ?? turn.conversation.chatId, reasonCode: code, reason: plainText(reason) },
  );
};
