import { formatPhone } from '../../../src/session/phone.ts';
import { plainLines, plainText } from '../../../src/session/plain-text.ts';
import { pausedForGood, type StoredConversation } from '../../../src/store/conversation-store.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';
import { sameSubscriber } from '../limits/contact-match.ts';
import type { EngineCore } from './engine-core.ts';
import { holdMessages } from './holds.ts';

/** A person of the business is asked for: the bot leaves the chat until somebody resumes it. */

export interface HandOver {
  /** Why, in one sentence. */
  readonly reason: string;
  /** For whoever takes over: what it is about. At most three lines of it are kept. */
  readonly summary: string;
  /** The AI asked for it, the customer's words did, answers that failed again and again, one that said what was not
   * done, or a tool of which nobody knows what it did. */
  readonly by: 'ai' | 'words' | 'silence' | 'claim' | 'tool';
  /** The customer's messages that a person is to answer now. */
  readonly messages: readonly Pick<StoredMessage, 'seq'>[];
}

const summaryLines = 3;
const lineLength = 200;

const texts = {
  'pt-BR': {
    customer: 'Vou chamar uma pessoa da nossa equipe. Ela continua a conversa por aqui.',
    asks: (session: string, who: string, reason: string): string =>
      `${session}: ${who} precisa de uma pessoa (${reason})`,
  },
  en: {
    customer: 'I am calling a person of our team, who will go on with you here.',
    asks: (session: string, who: string, reason: string): string => `${session}: ${who} needs a person (${reason})`,
  },
} as const;

/** At most three plain lines, none longer than a phone shows well. */
export const summaryOf = (text: string): string =>
  plainLines(text)
    .map((line) => line.trim().slice(0, lineLength))
    .filter((line) => line !== '')
    .slice(0, summaryLines)
    .join('\n');

const nameOf = ({ name, phone, chatId }: StoredConversation): string => {
  const number = phone === null ? chatId : formatPhone(phone);
  return plainText(name === null ? number : `${name.slice(0, 40)}, ${number}`);
};

/** What a customer is told who is handed over. */
export const handoverText = (core: EngineCore): string =>
  core.current().config.ai.handoverMessage.trim() || texts[core.settings.language].customer;

/** The customer is told. In watch mode a person decides about every word that leaves; a session on hold says nothing. */
const tellCustomer = (core: EngineCore, conversation: StoredConversation): void => {
  const { replies } = core.current();
  const now = core.clock.now();
  const text = handoverText(core);
  // A message of its own kind: what is left of an answer falls with the pause of the chat, this one does not.
  const origin = {
    sessionId: core.session.id,
    conversationId: conversation.id,
    turnId: null,
    source: 'send',
    actor: 'bot',
  } as const;

  if (replies === 'on') core.store.outbox.enqueue(origin, [{ text, notBefore: now }], now);
  if (replies === 'draft') core.store.outbox.addDraft(origin, text, now);
};

/** The chats in which the summary goes out. Whoever asks for a person is not told of himself. */
const tellAdmins = (core: EngineCore, conversation: StoredConversation, reason: string, summary: string): number[] => {
  const { store, session, settings } = core;
  const heading = texts[settings.language].asks(session.name, nameOf(conversation), reason);
  const text = summary === '' ? heading : `${heading}\n${summary}`;

  return settings.adminNumbers
    .filter((admin) => conversation.phone === null || !sameSubscriber(admin, conversation.phone))
    .map((admin) => store.outbox.enqueueSend(session, admin, text, { source: 'alert', actor: 'bot' }, core.clock.now()))
    .flatMap((part) => store.outbox.get(part)?.conversationId ?? []);
};

/**
 * Hands a chat over to a person, in one transaction: the chat is paused until somebody resumes it, its messages are held, the customer
 * and the ADMIN_NUMBERS are told, the row says so. While a chat is handed over already, only the messages are held.
 */
export const handOver = (core: EngineCore, conversation: StoredConversation, asked: HandOver): void =>
  core.store.database.transaction(() => {
    const { store } = core;
    const now = core.clock.now();
    const reason = plainText(asked.reason).slice(0, lineLength);
    const summary = summaryOf(asked.summary);
    holdMessages(core, asked.messages, {
      code: 'handed-over',
      reason: `a person was asked for: ${reason}`,
      until: null,
    });

    const current = store.conversations.get(conversation.id) ?? conversation;
    if (current.asksForPersonSince !== null) return;

    store.conversations.pause(
      current.id,
      { until: pausedForGood, by: 'handover', reason: `a person was asked for: ${reason}` },
      now,
    );
    store.conversations.askForPerson(current.id, summary, now);
    tellCustomer(core, current);
    const chats = [current.id, ...tellAdmins(core, current, reason, summary)];

    core.event('warn', 'asks-for-person', `${nameOf(current)} asks for a person: ${reason}`, {
      chat: current.name ?? current.chatId,
      chatId: current.chatId,
      phone: current.phone,
      by: asked.by,
      // What the AI gives as its reason is in the customer's language and has no code.
      ...(asked.by === 'ai' ? {} : { reasonCode: `handover-${asked.by}` }),
      reason,
      summary,
    });
    // Once this is on disk.
    core.clock.soon(() => {
      for (const chat of chats) core.kick(chat);
    });
  });
