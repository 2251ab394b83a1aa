import type { StoredConversation } from '../../../src/store/conversation-store.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';
import { askedByWords } from '../limits/handover-words.ts';
import type { EngineCore } from './engine-core.ts';
import { handOver } from './hand-over.ts';
import { wordsOf } from './message-words.ts';

/** Rules by which a chat is handed over to a person without the AI asking for it. */

const toldMessages = 3;

/** The customer's last words, one message a line. */
export const summaryOfLast = (messages: readonly StoredMessage[]): string =>
  messages
    .filter((message) => message.sender === 'customer')
    .slice(-toldMessages)
    .map((message) => wordsOf(message))
    .filter((words) => words !== '')
    .join('\n');

/** A person has the chat already, or nobody is to be answered. */
const isTaken = (core: EngineCore, conversation: StoredConversation): boolean =>
  core.link.heldReason !== null ||
  conversation.chatKind !== 'person' ||
  conversation.asksForPersonSince !== null ||
  (conversation.pausedUntil ?? 0) > core.clock.now();

/** What waits in this chat contains words of `ai_config.handoverWords`: a person is asked for, and the AI is not. */
export const handOverByWords = (core: EngineCore, conversationId: number): void => {
  const { handoverWords } = core.current().config.ai;
  if (handoverWords.length === 0) return;
  const conversation = core.store.conversations.get(conversationId);
  if (conversation === null || isTaken(core, conversation)) return;

  const waiting = core.store.messages.pending(core.session.id, conversationId);
  const word = waiting.map((message) => askedByWords(message.text, handoverWords)).find((found) => found !== null);
  if (word === undefined || word === null) return;

  handOver(core, conversation, {
    reason: `the customer wrote "${word}"`,
    summary: summaryOfLast(waiting),
    by: 'words',
    messages: waiting,
  });
};

/** A customer was left without an answer again: after `ai_config.handoverAfterSilent` times a person is asked for. */
export const handOverAfterSilence = (core: EngineCore, conversationId: number, tries: number): void => {
  const { handoverAfterSilent } = core.current().config.ai;
  if (handoverAfterSilent === 0 || tries < handoverAfterSilent) return;
  const conversation = core.store.conversations.get(conversationId);
  if (conversation === null || isTaken(core, conversation)) return;

  const last = core.store.messages.history(conversationId, 0, Number.MAX_SAFE_INTEGER, 2 * toldMessages);
  handOver(core, conversation, {
    reason: `left without an answer ${tries} times`,
    summary: summaryOfLast(last),
    by: 'silence',
    messages: core.store.messages.pending(core.session.id, conversationId),
  });
};
