import type { StoredMessage } from '../../../src/store/message-store.ts';
import type { EngineCore } from './engine-core.ts';
import { holdMessages } from './holds.ts';
import { leaveInSilence } from './silence.ts';

const resumedUnanswered = 'a person was asked for, and the chat was resumed without an answer';

/** Chats that were handed to a person and are resumed: what nobody answered is not lost behind a green light. */
export const endHandOvers = (core: EngineCore): void =>
  core.store.database.transaction(() => {
    const { messages, conversations, outbox } = core.store;
    const now = core.clock.now();
    const byChat = Map.groupBy(messages.held(core.session.id, 'handed-over'), (message) => message.conversationId);
    for (const [id, held] of byChat) {
      const conversation = conversations.get(id);
      if (conversation === null || conversation.asksForPersonSince !== null || (conversation.pausedUntil ?? 0) > now)
        continue;

      // Held back by a cap or a restriction, the word that a person comes would follow what the bot says from now on.
      outbox.dropSentences(id, 'the chat was resumed before it went out', now);

      const isAnswered = (message: StoredMessage): boolean =>
        message.at < (conversation.lastOwnerAt ?? 0) || outbox.sentByPersonSince(id, message.storedAt);
      const open = held.filter((message) => !isAnswered(message));
      holdMessages(core, held.filter(isAnswered), { code: 'owner-answered', reason: 'a person answered', until: null });
      const seqs = open.map((message) => message.seq);
      messages.end(seqs, { outcome: 'unanswered', code: 'handed-over', reason: resumedUnanswered }, now);
      leaveInSilence(core, id, open, { code: 'handed-over', reason: resumedUnanswered });
    }
  });
