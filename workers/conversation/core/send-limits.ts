import type { EpochMs } from '../../../src/session/units.ts';
import type { StoredConversation } from '../../../src/store/conversation-store.ts';
import { checkCaps } from '../limits/pacing.ts';
import { dayAround, newPeopleToday } from '../limits/warm-up.ts';
import type { EngineCore } from './engine-core.ts';
import { latestNow } from './set-back.ts';

/** How much may go out: asked before a turn, so that nothing is spent on what must wait, and again before each part. */

/** A limit is reached; `until` may be earlier or later when a person changes it. */
export interface ReachedLimit {
  readonly code: 'cap' | 'warm-up';
  readonly reason: string;
  readonly until: EpochMs;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A cap of the whole session is looked at again after this. */
const sessionCapPauseMs = 5 * 60_000;

/** A cap on what is sent is reached; null: one more may go out in this chat. */
export const capHold = (core: EngineCore, conversationId: number): ReachedLimit | null => {
  const now = core.clock.now();
  const until = latestNow(now);
  const { timing } = core.current().config;
  const { outbox } = core.store;
  // What a mystery customer is answered counts nowhere, so its own chat is never full.
  const isProbe = core.store.probes.isProbe(conversationId);
  const onTheirWay = timing.maxPerHour === 0 && timing.maxPerDay === 0 ? 0 : outbox.sendingNow(core.session.id);
  const result = checkCaps(timing, {
    chatHour: isProbe || timing.maxPerChatHour === 0 ? 0 : outbox.sentSince(conversationId, now - hourMs, until),
    chatDay: isProbe || timing.maxPerChatDay === 0 ? 0 : outbox.sentSince(conversationId, now - dayMs, until),
    sessionHour:
      timing.maxPerHour === 0 ? 0 : outbox.sessionSentSince(core.session.id, now - hourMs, until) + onTheirWay,
    sessionDay: timing.maxPerDay === 0 ? 0 : outbox.sessionSentSince(core.session.id, now - dayMs, until) + onTheirWay,
  });
  if (result.allowed) return null;

  const oldest = result.cap.startsWith('maxPerChat')
    ? outbox.oldestSentSince(conversationId, now - result.windowMs, until)
    : null;
  return {
    code: 'cap',
    reason: `timing_config.${result.cap} is reached: ${result.limit} messages`,
    until: oldest === null ? now + sessionCapPauseMs : oldest + result.windowMs + 1,
  };
};

/** Nobody of the business, person or bot, ever wrote to this person. */
export const isNewPerson = (conversation: StoredConversation): boolean =>
  conversation.chatKind === 'person' && conversation.lastOutboundAt === null && conversation.lastOwnerAt === null;

/**
 * So many new people were answered today as the number's warm-up allows, or will be: those who wrote before message `seq` come first. Null:
 * this chat may be answered.
 */
export const warmUpHold = (core: EngineCore, conversationId: number, seq: number): ReachedLimit | null => {
  const { config, firstLinkedAt } = core.current();
  const now = core.clock.now();
  const limit = newPeopleToday(config.timing, firstLinkedAt, now);
  if (limit === null) return null;
  const conversation = core.store.conversations.get(conversationId);
  if (conversation === null || !isNewPerson(conversation)) return null;

  const day = dayAround(config.timing.timeZone, now);
  const { outbox } = core.store;
  const answered = outbox.newPeopleSince(core.session.id, day.start);
  if (answered + outbox.newPeopleAhead(core.session.id, conversationId, seq) < limit) return null;
  return {
    code: 'warm-up',
    reason: `timing_config.warmUpPerDay: ${limit} new people are answered today, this one tomorrow`,
    until: day.end,
  };
};

/** Why nothing may go out in this chat now because of how much did; `seq`: its oldest message that waits. */
export const limitHold = (core: EngineCore, conversationId: number, seq: number): ReachedLimit | null =>
  capHold(core, conversationId) ?? warmUpHold(core, conversationId, seq);
