import type { EpochMs } from '../../../src/session/units.ts';
import type { StoredConversation } from '../../../src/store/conversation-store.ts';
import { isProbeChat } from '../../../src/store/conversations/probe-chats.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { ageFrom, budgetNow, budgetWords, type Hold, holdMessages } from '../core/holds.ts';
import { isAskedHere } from '../core/probe-chats.ts';
import { limitHold } from '../core/send-limits.ts';
import { asPast } from '../core/set-back.ts';
import { leaveInSilence } from '../core/silence.ts';
import { unreadableUntil } from '../core/unreadable.ts';
import { ignored, ignoredBy } from '../inbox/first-ending.ts';
import { budgetDay, budgetRenewsAt } from '../limits/budget.ts';
import { shouldAnswer } from '../limits/contact-match.ts';
import { isOpen, nextOpening } from '../limits/opening-hours.ts';
import { joinAlbums } from './albums.ts';

/** What is to be done about the messages of a chat that wait for an answer. */
export type TurnDecision =
  | { readonly kind: 'nothing' }
  /** Look again then, or when something happens; null: only when something happens. */
  | { readonly kind: 'wait'; readonly until: EpochMs | null }
  | {
      readonly kind: 'answer';
      readonly messages: readonly StoredMessage[];
      readonly because: 'quiet' | 'max-wait' | 'max-messages';
    };

/** Why nothing in this chat is answered now, or null. The order is from the most general reason to the most particular. */
export const holdOf = (core: EngineCore, conversation: StoredConversation): Hold | null => {
  const now = core.clock.now();
  const session = core.current();
  const { timing, ai } = session.config;
  if (core.link.heldReason !== null) return { code: 'wrong-phone', reason: core.link.heldReason, until: null };
  if (session.replies === 'paused')
    return { code: 'session-paused', reason: 'replies of this session are paused', until: null };
  if (conversation.pausedUntil !== null && conversation.pausedUntil > now)
    return {
      code: 'chat-paused',
      reason: `this chat is paused by ${conversation.pausedBy ?? 'a person'}: ${conversation.pausedReason ?? 'no reason given'}`,
      until: conversation.pausedUntil,
    };
  if (ai.provider === 'none')
    return { code: 'no-ai', reason: 'this session has no AI (ai_config.provider is none)', until: null };
  if (!isOpen(timing, now)) return { code: 'closed', reason: 'outside opening hours', until: nextOpening(timing, now) };
  const oldest = core.store.messages.pending(core.session.id, conversation.id)[0]?.seq ?? 0;
  const limit = limitHold(core, conversation.id, oldest);
  if (limit !== null) return limit;
  const budget = budgetNow(core);
  if (budget.kind === 'go') return null;
  return { code: 'budget', reason: budgetWords(budget.warning), until: budgetRenewsAt(timing.timeZone, now) };
};

/** One away message per conversation and day, in the same transaction that holds the messages. */
const sendAway = (core: EngineCore, conversation: StoredConversation): void => {
  const { timing } = core.current().config;
  const text = timing.awayMessage.trim();
  if (timing.outsideHours !== 'away' || text === '' || core.current().replies !== 'on') return;
  if (isProbeChat(conversation)) return;
  const now = core.clock.now();
  const day = budgetDay(timing.timeZone, now);
  if (conversation.awayDay === day) return;
  core.store.conversations.setAwayDay(conversation.id, day, now);
  core.store.outbox.enqueue(
    { sessionId: core.session.id, conversationId: conversation.id, turnId: null, source: 'away', actor: 'bot' },
    [{ text, notBefore: now + timing.readingDelayMs }],
    now,
  );
};

/** `isIdentified`: the phone has been asked who is behind a LID. Ends what is too old, drops what the lists refuse now, holds what must wait; says what is left to do. Writes in one transaction. */
export const decideTurn = (core: EngineCore, conversationId: number, isIdentified: boolean): TurnDecision =>
  core.store.database.transaction((): TurnDecision => {
    const { store } = core;
    const now = core.clock.now();
    const { timing, filters } = core.current().config;
    let messages = store.messages
      .pending(core.session.id, conversationId)
      .map((message) => ({ ...message, storedAt: asPast(message.storedAt, now) }));
    if (messages.length === 0) return { kind: 'nothing' };
    const conversation = store.conversations.get(conversationId);
    if (conversation === null) return { kind: 'nothing' };
    if (isProbeChat(conversation) && !isAskedHere(core, messages)) {
      const elsewhere = ignored('probe-over', 'it was asked on another server');
      store.messages.end(
        messages.map(({ seq }) => seq),
        elsewhere,
        now,
      );
      return { kind: 'nothing' };
    }

    const isOld = (message: StoredMessage): boolean => ageFrom(message) < now - timing.maxAgeMs;
    const old = messages.filter(isOld);
    if (old.length > 0) {
      store.messages.end(
        old.map((message) => message.seq),
        { outcome: 'unanswered', code: 'too-old', reason: 'waited longer than timing_config.maxAgeMs' },
        now,
      );
      leaveInSilence(core, conversationId, old, {
        code: 'too-old',
        reason: 'waited longer than timing_config.maxAgeMs',
      });
      core.event(
        'warn',
        'too-old',
        `${old.length} messages of ${conversation.name ?? conversation.chatId} became too old to be answered`,
        { chat: conversation.name ?? conversation.chatId, messages: old.length },
      );
      messages = messages.filter((message) => !isOld(message));
    }
    // A LID's number must be asked for before an allow list of numbers can refuse it; that needs the link.
    const isUnresolved = conversation.phone === null && conversation.lid !== null && !isIdentified;
    const listed = shouldAnswer(
      {
        chatKind: conversation.chatKind as Parameters<typeof shouldAnswer>[0]['chatKind'],
        chatId: conversation.chatId,
        phone: conversation.phone,
        lid: conversation.lid,
        author: null,
        isSavedContact: conversation.isSaved,
      },
      isUnresolved ? { ...filters, allow: [] } : filters,
    );
    if (!listed.answer && conversation.chatKind === 'person') {
      store.messages.end(
        messages.map((message) => message.seq),
        ignoredBy(listed.reason),
        now,
      );
      return { kind: 'nothing' };
    }
    if (messages.length === 0) return { kind: 'nothing' };

    const hold = holdOf(core, conversation);
    if (hold !== null) {
      holdMessages(core, messages, hold);
      if (hold.code === 'closed') sendAway(core, conversation);
      return { kind: 'nothing' };
    }

    // What came without its words may still get them; the others do not wait for it.
    const readable = messages.filter((message) => unreadableUntil(message) <= now);
    const readableAt = Math.min(...messages.map(unreadableUntil).filter((until) => until > now));
    if (readable.length === 0) return { kind: 'wait', until: readableAt };
    messages = readable;

    const since = (message: StoredMessage): EpochMs =>
      message.pendingSince === null ? message.storedAt : asPast(message.pendingSince, now);
    const oldest = Math.min(...messages.map(since));
    // Whoever changes his words is still writing.
    const newest = Math.max(...messages.map((message) => Math.max(since(message), asPast(message.editedAt ?? 0, now))));
    const quietAt = newest + timing.quietMs;
    const latestAt = oldest + timing.maxWaitMs;
    const albums = joinAlbums(messages);
    const isFull = albums.count >= timing.maxMessages && albums.waitUntil <= now;
    // The rest of an album comes in the same breath.
    const dueAt = isFull ? now : Math.min(Math.max(quietAt, albums.waitUntil), latestAt);
    const ageAt = Math.min(...messages.map(ageFrom)) + timing.maxAgeMs + 1;
    if (now < dueAt) return { kind: 'wait', until: Math.min(dueAt, ageAt, readableAt) };
    if (!core.link.isReady) return { kind: 'wait', until: ageAt };
    const blocked = core.ai.blockedUntil(core.current());
    if (blocked !== null) return { kind: 'wait', until: Math.min(blocked, ageAt) };
    return {
      kind: 'answer',
      messages: albums.first(timing.maxMessages),
      because: isFull ? 'max-messages' : quietAt <= latestAt ? 'quiet' : 'max-wait',
    };
  });
