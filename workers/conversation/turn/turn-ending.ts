import { plainText } from '../../../src/session/plain-text.ts';
import type { AiResult } from '../../ai/ai-provider.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { holdMessages } from '../core/holds.ts';
import { readingDelay } from '../limits/pacing.ts';
import { splitAnswer } from '../outbox/split-answer.ts';
import { filterAnswer } from './filter-answer.ts';
import { bookUsage } from './memory.ts';
import { holdOf } from './turn-rules.ts';
import { changedMessages, endTurn, newerMessages, seqsOf, stepAt, stillPending, type Turn } from './turn-state.ts';

/** How a turn ends with an answer or without one. Called inside one transaction. */

/** An answer as it is to be sent. */
interface ReadyAnswer {
  readonly text: string;
  readonly parts: readonly string[];
  /** What was taken out or noted, in words. */
  readonly changes: readonly string[];
}

const readyAnswer = (core: EngineCore, result: AiResult & { kind: 'answer' }): ReadyAnswer => {
  const { timing } = core.current().config;
  const { text, changes } = filterAnswer(result.text);
  const parts = timing.split ? splitAnswer(text, timing) : text === '' ? [] : [text];
  return { text, parts, changes: [...result.notes, ...changes] };
};

/** What was asked, answered, paid and changed, kept with the turn whatever becomes of the answer. */
const recordAnswer = (
  core: EngineCore,
  turn: Turn,
  result: AiResult & { kind: 'answer' },
  changes: readonly string[],
  calls: { readonly attempts: number; readonly costMicroUsd: number },
): void => {
  const now = core.clock.now();
  const { inputTokens, outputTokens } = result.usage;
  const tookMs = now - turn.startedAt;
  const what = changes.join(', ');

  core.store.turns.update(
    turn.id,
    {
      model: result.model,
      rawAnswer: result.text,
      filtered: changes.length === 0 ? null : what,
      ...calls,
      inputTokens,
      outputTokens,
      timing: { waitedMs: turn.startedAt - (turn.messages[0]?.storedAt ?? turn.startedAt), aiMs: tookMs },
    },
    now,
  );

  const answered = stepAt(core, 'answered', { tookMs, inputTokens, outputTokens });
  core.store.turns.addSteps(
    turn.id,
    [answered, ...(changes.length === 0 ? [] : [stepAt(core, 'filtered', { what })])],
    now,
  );
};

/** Why an answer that is there does not go out: what came meanwhile; ends the turn and says true. */
const endOvertaken = (core: EngineCore, turn: Turn): boolean => {
  const now = core.clock.now();
  const { timing } = core.current().config;
  const conversation = core.store.conversations.get(turn.conversation.id);
  if (conversation === null || !stillPending(core, turn)) {
    endTurn(core, turn, 'interrupted', null, { code: 'gone', text: 'the messages were taken away meanwhile' });
    return true;
  }

  // Nothing was sent yet: newer messages are answered together with these, but the longest wait is kept.
  const newer = newerMessages(core, turn);
  const oldest = Math.min(...turn.messages.map((message) => message.pendingSince ?? message.storedAt));
  const isChanged = changedMessages(core, turn).length > 0;
  if (isChanged || (newer.length > 0 && now - oldest < timing.maxWaitMs)) {
    core.store.messages.setTurn(seqsOf(turn.messages), null, now);
    endTurn(core, turn, 'superseded', stepAt(core, 'superseded', { messages: Math.max(newer.length, 1) }), null);
    return true;
  }

  // Hours, caps and budget are asked before a turn, not after: an answer that is there goes out.
  const hold = holdOf(core, conversation);
  if (hold !== null && ['wrong-phone', 'session-paused', 'chat-paused'].includes(hold.code)) {
    holdMessages(core, turn.messages, hold);
    endTurn(core, turn, 'held', null, { code: hold.code, text: hold.reason });
    return true;
  }
  return false;
};

/** Into the outbox, or as a draft that waits for a person. */
const enqueueAnswer = (core: EngineCore, turn: Turn, { text, parts }: ReadyAnswer): void => {
  const { store } = core;
  const now = core.clock.now();
  const session = core.current();
  const origin = {
    sessionId: session.id,
    conversationId: turn.conversation.id,
    turnId: turn.id,
    source: 'reply',
    actor: 'bot',
  } as const;

  if (session.replies === 'draft') {
    store.outbox.addDraft(origin, text, now);
    holdMessages(core, turn.messages, { code: 'draft', reason: 'a draft waits for a person', until: null });
    store.turns.addSteps(turn.id, [stepAt(core, 'draft')], now);
    store.turns.update(turn.id, { outcome: 'drafted', finishedAt: now, parts }, now);
    return;
  }

  const notBefore = now + readingDelay(session.config.timing, core.random);
  store.outbox.enqueue(
    origin,
    parts.map((part) => ({ text: part, notBefore })),
    now,
  );
  store.turns.addSteps(turn.id, [stepAt(core, 'split', { parts: parts.length })], now);
  store.turns.update(turn.id, { outcome: 'sending', parts }, now);
};

/** Everything that an answer changes, in one transaction: from here on it is sent, whatever happens to the process. */
export const acceptAnswer = (
  core: EngineCore,
  turn: Turn,
  result: AiResult & { kind: 'answer' },
  attempts: number,
  fixed: boolean,
): void => {
  const costMicroUsd = fixed ? 0 : bookUsage(core, result.model, result.usage);
  const answer = readyAnswer(core, result);
  recordAnswer(core, turn, result, answer.changes, { attempts, costMicroUsd });
  if (endOvertaken(core, turn)) return;

  if (answer.parts.length === 0) {
    endUnanswered(core, turn, 'empty', 'nothing to send was left of the answer');
    return;
  }
  core.store.conversations.setBotLoop(turn.conversation.id, JSON.stringify(turn.loop), core.clock.now());
  enqueueAnswer(core, turn, answer);
};

export const endUnanswered = (core: EngineCore, turn: Turn, code: string, reason: string): void => {
  // The chat is one with another now, its messages were changed or answered by the owner: this turn decides nothing any more.
  if (endOvertaken(core, turn)) return;

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
