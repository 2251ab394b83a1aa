import type { StoredConversation } from '../../../src/store/conversation-store.ts';
import type { WhatsAppMessage } from '../../whatsapp/whatsapp-client.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { idPart } from '../core/message-id.ts';
import { commandIn, ensureConversation, insertMessage } from './arriving-message.ts';
import { runOwnerCommand } from './owner-actions.ts';
import { greetingSilenceMs, judgeOwnMessage, type OwnMessage, sameTextElsewhere } from './takeover.ts';

const dayMs = 86_400_000;
/** A WhatsApp Business greeting leaves within seconds of the message that it greets (see takeover.ts). */
const greetingMs = 10_000;

/** When the customer began this conversation: the first message, or the first one after a long silence. */
const firstCustomerAt = (core: EngineCore, conversationId: number): number | null => {
  const times = core.store.messages.customerTimes(conversationId, 50);
  for (const [index, at] of times.entries()) {
    const before = times[index + 1];
    if (before === undefined || at - before >= greetingSilenceMs) return at;
  }
  return null;
};

/** One of ours coming back to us: only its delivery is news. */
const acknowledgeOwnPart = (core: EngineCore, message: WhatsAppMessage): boolean => {
  const part = core.store.outbox.byMessageId(core.session.id, idPart(message.id));
  if (part === null) return false;

  if (message.ack > 0) core.store.outbox.setAck(part.id, message.ack, core.clock.now());
  return true;
};

/** Answered on the phone while we were away; what was sent within seconds of a message is a greeting, not an answer. */
const holdWhatOwnerAnswered = (core: EngineCore, message: WhatsAppMessage, conversation: StoredConversation): void => {
  const { store } = core;
  const now = core.clock.now();
  const answered = store.messages
    .pending(core.session.id, conversation.id)
    .filter((one) => one.at < message.timestamp - greetingMs);
  if (answered.length === 0) return;

  store.conversations.ownerTyped(conversation.id, message.timestamp, now);
  store.messages.end(
    answered.map((one) => one.seq),
    { outcome: 'held', code: 'owner-answered', reason: 'a person answered on the phone while the bot was away' },
    now,
  );
};

/** The first of a greeting cannot be told from a person: its pause is lifted at the second (holds.ts answers what was held). */
const liftGreetingPauses = (core: EngineCore, message: WhatsAppMessage, recentOwn: readonly OwnMessage[]): void => {
  for (const other of sameTextElsewhere(message, recentOwn)) {
    const wasLifted = core.store.conversations.ownerDidNotType(
      core.session.id,
      other.chatId,
      other.timestamp,
      core.clock.now(),
    );
    if (!wasLifted) continue;
    core.event('info', 'takeover-lifted', 'a text that paused a chat came again in another one: it is a greeting');
  }
};

/** A person typed in this chat on the phone: the bot is silent in it for `takeoverMinutes`. */
const takeOverChat = (core: EngineCore, message: WhatsAppMessage, conversation: StoredConversation): void => {
  const now = core.clock.now();
  core.store.conversations.ownerTyped(conversation.id, message.timestamp, now);

  const minutes = core.current().config.timing.takeoverMinutes;
  // Handed over, the chat is paused until somebody resumes it: the first word of whoever took over does not shorten that.
  if (minutes <= 0 || conversation.asksForPersonSince !== null) return;
  core.store.conversations.pause(
    conversation.id,
    { until: now + minutes * 60_000, by: 'owner', reason: 'a person typed in this chat on the phone' },
    now,
  );

  const chat = conversation.name ?? conversation.chatId;
  core.event('info', 'takeover', `the owner took over the chat with ${chat} for ${minutes} min`, { chat, minutes });
};

/**
 * Stores what our own account sent: by us, by a person on the phone or by WhatsApp Business. Returns the chat that has something to do
 * now. Inside the inbox's transaction.
 */
export const takeOwnerMessage = (core: EngineCore, message: WhatsAppMessage): number | null => {
  const { store } = core;
  if (acknowledgeOwnPart(core, message)) return null;
  if (store.messages.has(core.session.id, message.id)) return null;

  const conversation = ensureConversation(core, message);
  const command = commandIn(core, message);
  const recentOwn = store.messages.ownerTexts(core.session.id, core.clock.now() - 3 * dayMs);
  const judged = judgeOwnMessage(message, {
    inOutbox: false,
    connectedAt: core.link.connectedAt === 0 ? Number.POSITIVE_INFINITY : core.link.connectedAt,
    recentOwn,
    firstCustomerAt: firstCustomerAt(core, conversation.id),
  });
  const isHistory = !judged.person && judged.because === 'history';
  insertMessage(core, message, conversation, null);

  if (command !== null) {
    // What the owner commanded before this connection is over.
    if (!isHistory) runOwnerCommand(core, command, conversation);
    return conversation.id;
  }

  if (isHistory) {
    holdWhatOwnerAnswered(core, message, conversation);
    return conversation.id;
  }

  if (!judged.person && judged.because === 'repeated') liftGreetingPauses(core, message, recentOwn);
  if (!judged.person || message.chatKind !== 'person') return null;

  takeOverChat(core, message, conversation);
  return conversation.id;
};
