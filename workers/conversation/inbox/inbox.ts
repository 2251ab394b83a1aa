import { messageOf } from '../../../src/session/fleet-error.ts';
import type { StoredConversation } from '../../../src/store/conversation-store.ts';
import { isErased, mayBeAnsweredElsewhere } from '../../../src/store/guards.ts';
import type { Ending } from '../../../src/store/message-store.ts';
import type { WhatsAppMessage } from '../../whatsapp/whatsapp-client.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { idPart } from '../core/message-id.ts';
import { parseOwnerCommand } from '../core/owner-commands.ts';
import { shouldAnswer } from '../limits/contact-match.ts';
import { runOwnerCommand } from './owner-actions.ts';
import { greetingSilenceMs, judgeOwnMessage, sameTextElsewhere } from './takeover.ts';

/** Stored before anything else: every message of the phone goes through here once, together with the others of its tick. */
export interface Inbox {
  push(message: WhatsAppMessage): void;
  /** Stores what has come in; returns when it is on disk. Throws when the store does. */
  flush(): void;
  size(): number;
}

const pending: Ending = { outcome: 'pending', code: null, reason: null };
const ignored = (code: string, reason: string): Ending => ({ outcome: 'ignored', code, reason });
const lidChat = /@lid$/;
const dayMs = 86_400_000;
/** A WhatsApp Business greeting leaves within seconds of the message that it greets (see takeover.ts). */
const greetingMs = 10_000;
const retryMs = 2000;
/** Ten minutes of trying: a full disk or a locked store is seen long before. */
const refusalsTaken = 300;

const ignoreWords: Readonly<Record<string, string>> = {
  group: 'groups are not answered',
  status: 'status updates are not answered',
  broadcast: 'broadcasts are not answered',
  newsletter: 'newsletters are not answered',
  call: 'calls are not answered',
  'other-kind': 'this kind of chat is not answered',
  denied: 'on the deny list',
  'not-allowed': 'not on the allow list',
  'saved-contact': 'saved contacts are not answered',
};
export const ignoredBy = (reason: string): Ending => ignored(reason, ignoreWords[reason] ?? reason);

/** How an inbound message begins its life. Pure but for reading the configuration and the clock. */
const endingOf = (core: EngineCore, message: WhatsAppMessage, conversation: StoredConversation): Ending => {
  // The phone may have linked within the second for which the session is remembered.
  if (core.current().firstLinkedAt === null) core.forget();
  const session = core.current();
  const { ai, timing, filters } = session.config;
  const now = core.clock.now();
  // WhatsApp's times have second precision: a message of the link's own second is new.
  if (session.firstLinkedAt === null || message.timestamp < Math.floor(session.firstLinkedAt / 1000) * 1000)
    return ignored('before-first-link', 'older than the first link of this phone');
  const contact = {
    chatKind: message.chatKind,
    chatId: message.chatId,
    phone: message.phone ?? conversation.phone,
    lid: conversation.lid,
    author: message.author,
    isSavedContact: message.isSavedContact,
  };
  // The lists may name the number behind a LID: decided before the answer, once the phone has been asked (see chat-runner.ts).
  const isUnresolved = lidChat.test(message.chatId) && contact.phone === null && message.chatKind === 'person';
  const decision = shouldAnswer(contact, isUnresolved ? { ...filters, allow: [] } : filters);
  if (!decision.answer) return ignoredBy(decision.reason);
  const hasText = message.text.trim() !== '';
  if (!hasText) {
    if (message.kind === 'text') return ignored('empty', 'no text');
    if (message.kind !== 'audio' && message.kind !== 'image')
      return ignored('kind', `a ${message.kind} without text is stored and left`);
    const policy = message.kind === 'audio' ? ai.audio : ai.image;
    if (policy === 'ignore' || (policy === 'reply' && ai.mediaReply.trim() === ''))
      return ignored('media', `${message.kind} without text is not answered (ai_config.${message.kind})`);
  }
  if (mayBeAnsweredElsewhere(core.store.database, core.session.id, message.timestamp, core.link.connectedAt))
    return {
      outcome: 'unknown',
      code: 'restored',
      reason: 'came before the restore: the old server may have answered',
    };
  if (message.timestamp < now - timing.maxAgeMs)
    return { outcome: 'unanswered', code: 'too-old', reason: 'arrived while away, older than timing_config.maxAgeMs' };
  if (core.link.heldReason !== null) return { outcome: 'held', code: 'wrong-phone', reason: core.link.heldReason };
  return pending;
};

export const createInbox = (core: EngineCore): Inbox => {
  let waiting: WhatsAppMessage[] = [];
  let isScheduled = false;
  /** How often the store refused a message. */
  const refused = new WeakMap<WhatsAppMessage, number>();

  const conversationOf = (message: WhatsAppMessage): StoredConversation =>
    core.store.conversations.ensure(
      core.session,
      {
        chatId: message.chatId,
        chatKind: message.chatKind,
        phone: message.phone,
        lid: lidChat.test(message.chatId) ? message.chatId : null,
        // In a group the name is the author's, not the chat's.
        name: message.fromMe || message.chatKind !== 'person' ? null : message.pushName,
        isSaved: message.isSavedContact,
      },
      core.clock.now(),
    );
  const insert = (message: WhatsAppMessage, conversation: StoredConversation, ending: Ending | null): number | null =>
    core.store.messages.insert(
      {
        sessionId: core.session.id,
        conversationId: conversation.id,
        waId: message.id,
        sender: message.fromMe ? 'owner' : 'customer',
        author: message.author,
        kind: message.kind,
        text: message.text,
        mimeType: message.mimeType,
        quotedId: message.quotedId,
        at: message.timestamp,
        ending,
      },
      core.clock.now(),
    );

  /** When the customer began this conversation: the first message, or the first one after a long silence. */
  const firstCustomerAt = (conversationId: number): number | null => {
    const times = core.store.messages.customerTimes(conversationId, 50);
    for (const [index, at] of times.entries()) {
      const before = times[index + 1];
      if (before === undefined || at - before >= greetingSilenceMs) return at;
    }
    return null;
  };

  const takeOwn = (message: WhatsAppMessage): number | null => {
    const { store } = core;
    const now = core.clock.now();
    const part = store.outbox.byMessageId(core.session.id, idPart(message.id));
    if (part !== null) {
      if (message.ack > 0) store.outbox.setAck(part.id, message.ack, now);
      return null;
    }
    if (store.messages.has(core.session.id, message.id)) return null;
    const conversation = conversationOf(message);
    const command = parseOwnerCommand(
      { text: message.text, fromMe: true, chatKind: message.chatKind, phone: message.phone },
      commandOptions(core),
    );
    const recentOwn = store.messages.ownerTexts(core.session.id, now - 3 * dayMs);
    const judged = judgeOwnMessage(message, {
      inOutbox: false,
      connectedAt: core.link.connectedAt === 0 ? Number.POSITIVE_INFINITY : core.link.connectedAt,
      recentOwn,
      firstCustomerAt: firstCustomerAt(conversation.id),
    });
    const isHistory = !judged.person && judged.because === 'history';
    insert(message, conversation, null);
    if (command !== null) {
      // What the owner commanded before this connection is over.
      if (!isHistory) runOwnerCommand(core, command, conversation);
      return conversation.id;
    }
    if (isHistory) {
      // Answered on the phone while we were away; what was sent within seconds of a message is a greeting, not an answer.
      const answered = store.messages
        .pending(core.session.id, conversation.id)
        .filter((one) => one.at < message.timestamp - greetingMs);
      if (answered.length > 0) {
        store.conversations.ownerTyped(conversation.id, message.timestamp, now);
        store.messages.end(
          answered.map((one) => one.seq),
          { outcome: 'held', code: 'owner-answered', reason: 'a person answered on the phone while the bot was away' },
          now,
        );
      }
      return conversation.id;
    }
    if (!judged.person && judged.because === 'repeated') {
      // The first of a greeting cannot be told from a person: its pause is lifted at the second (holds.ts answers what was held).
      for (const other of sameTextElsewhere(message, recentOwn)) {
        if (!store.conversations.ownerDidNotType(core.session.id, other.chatId, other.timestamp, now)) continue;
        core.event('info', 'takeover-lifted', 'a text that paused a chat came again in another one: it is a greeting');
      }
    }
    if (!judged.person || message.chatKind !== 'person') return null;
    store.conversations.ownerTyped(conversation.id, message.timestamp, now);
    const minutes = core.current().config.timing.takeoverMinutes;
    if (minutes > 0) {
      store.conversations.pause(
        conversation.id,
        { until: now + minutes * 60_000, by: 'owner', reason: 'a person typed in this chat on the phone' },
        now,
      );
      core.event(
        'info',
        'takeover',
        `the owner took over the chat with ${conversation.name ?? conversation.chatId} for ${minutes} min`,
        { chat: conversation.name ?? conversation.chatId, minutes },
      );
    }
    return conversation.id;
  };

  const takeInbound = (message: WhatsAppMessage): number | null => {
    if (core.store.messages.has(core.session.id, message.id)) return null;
    const conversation = conversationOf(message);
    const command = parseOwnerCommand(
      { text: message.text, fromMe: false, chatKind: message.chatKind, phone: message.phone },
      commandOptions(core),
    );
    const ending = endingOf(core, message, conversation);
    const isNew = !['before-first-link', 'too-old', 'restored'].includes(ending.code ?? '');
    if (command !== null && isNew) {
      insert(message, conversation, ignored('command', `command ${command.name} of an admin`));
      runOwnerCommand(core, command, conversation);
      return conversation.id;
    }
    insert(message, conversation, ending);
    return ending.outcome === 'pending' ? conversation.id : null;
  };

  const take = (message: WhatsAppMessage): number | null => {
    // The phone still has what was erased here on a customer's wish.
    if (isErased(core.store.database, core.session.id, message)) return null;
    return message.fromMe ? takeOwn(message) : takeInbound(message);
  };

  const store = (messages: readonly WhatsAppMessage[]): Set<number> =>
    core.store.database.transaction(() => {
      const chats = new Set<number>();
      for (const message of messages) {
        const chat = take(message);
        if (chat !== null) chats.add(chat);
      }
      return chats;
    });

  const drop = (one: WhatsAppMessage): void => {
    waiting = waiting.filter((other) => other !== one);
  };
  /** One message that the store refuses must not keep the others out for ever. */
  const storeOneByOne = (messages: readonly WhatsAppMessage[]): void => {
    for (const one of messages) {
      try {
        const chats = store([one]);
        drop(one);
        for (const chat of chats) core.kick(chat);
      } catch (error) {
        const refusals = (refused.get(one) ?? 0) + 1;
        refused.set(one, refusals);
        if (refusals < refusalsTaken) continue;
        drop(one);
        core.log.error('a message cannot be stored and is left unread at WhatsApp', {
          message: one.id,
          error: messageOf(error),
        });
      }
    }
  };

  const inbox: Inbox = {
    push: (message) => {
      waiting.push(message);
      if (isScheduled) return;
      isScheduled = true;
      const run = (): void => {
        isScheduled = false;
        if (core.link.isStopping && waiting.length === 0) return;
        try {
          inbox.flush();
        } catch (error) {
          core.log.error('messages could not be stored; tried again', {
            error: messageOf(error),
            waiting: waiting.length,
          });
          if (isScheduled) return;
          isScheduled = true;
          core.clock.after(retryMs, run);
        }
      };
      core.clock.soon(run);
    },
    flush: () => {
      if (waiting.length === 0) return;
      const taken = waiting;
      try {
        const chats = store(taken);
        // Only now: what could not be stored stays here, and at WhatsApp unread.
        waiting = waiting.slice(taken.length);
        for (const chat of chats) core.kick(chat);
      } catch (error) {
        storeOneByOne(taken);
        if (waiting.length > 0) throw error;
      }
    },
    size: () => waiting.length,
  };
  return inbox;
};

const commandOptions = (core: EngineCore) => ({
  adminNumbers: core.settings.adminNumbers,
  ...(core.settings.commandWords === undefined ? {} : { words: core.settings.commandWords }),
});
