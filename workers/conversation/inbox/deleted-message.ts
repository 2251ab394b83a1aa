import type { EpochMs } from '../../../src/session/units.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { wordsOf } from '../core/message-words.ts';
import { ignored } from './first-ending.ts';
import { progressOf, withdrawTurn } from './withdraw-turn.ts';

/** What turns were asked with is kept for `why`: without the words that were taken back. */
const eraseFromTurns = (core: EngineCore, message: StoredMessage): void => {
  const { store, session } = core;
  for (const turn of store.turns.ofMessage(message.conversationId, message.waId)) {
    const joinedText = turn.messageIds
      .flatMap((waId) => store.messages.byId(session.id, waId) ?? [])
      .map((one) => wordsOf(one))
      .filter((words) => words !== '')
      .join('\n');
    store.turns.update(turn.id, { joinedText }, core.clock.now());
    store.turns.forgetWords(turn.id, core.clock.now());
  }
};

/** A summary that may tell of it is made anew from what is still stored. */
const forgetSummary = (core: EngineCore, message: StoredMessage): void => {
  const conversation = core.store.conversations.get(message.conversationId);
  if (conversation === null || conversation.contextSummary === null) return;
  if (message.seq > conversation.summaryThrough || message.seq < conversation.historyFrom) return;
  core.store.conversations.setSummary(conversation.id, null, conversation.historyFrom - 1, core.clock.now());
};

/** Nobody waits for an answer to what he took back. */
const endSilence = (core: EngineCore, message: StoredMessage): void => {
  const { silences, messages } = core.store;
  const since = silences.since(core.session.id, message.conversationId);
  if (since === null || messages.hasUnanswered(message.conversationId, since)) return;
  silences.end(core.session.id, message.conversationId, 'customer', core.clock.now());
};

const eraseOne = (core: EngineCore, message: StoredMessage, at: EpochMs): void => {
  const { messages } = core.store;
  const now = core.clock.now();
  if (message.sender === 'customer') {
    if (progressOf(core, message) === 'open') withdrawTurn(core, message);
    messages.end([message.seq], ignored('deleted', 'the customer deleted it'), now);
  }
  messages.erase(message, Math.min(at, now), now);
  for (const told of [message, ...messages.quotersOf(message)]) eraseFromTurns(core, told);
};

/** Deleted for everybody: answered by nobody, and its words are kept nowhere. Returns the chat that may have something to do now. */
export const takeDeletion = (core: EngineCore, messageId: string, at: EpochMs): number | null => {
  const { messages } = core.store;
  const stored = messages.byId(core.session.id, messageId);
  if (stored === null || stored.deletedAt !== null) return null;

  for (const message of [stored, ...messages.editsOf(core.session.id, messageId)]) eraseOne(core, message, at);
  forgetSummary(core, stored);
  if (stored.sender === 'customer') endSilence(core, stored);
  return stored.conversationId;
};
