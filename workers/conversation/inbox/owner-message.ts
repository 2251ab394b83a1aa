import { idPart } from '../../../src/session/message-key.ts';
import type { StoredConversation } from '../../../src/store/conversation-store.ts';
import type { WhatsAppMessage } from '../../whatsapp/whatsapp-client.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { leaveInSilence } from '../core/silence.ts';
import { commandIn, ensureConversation, insertMessage } from './arriving-message.ts';
import { momentOf } from './own-moment.ts';
import { runOwnerCommand } from './owner-actions.ts';
import { isAutomatic, judgeOwnMessage, type OwnMessage, sameTextElsewhere, type TakeoverResult } from './takeover.ts';

const dayMs = 86_400_000;
/** What was sent this soon after a message while we were away is a greeting, not an answer. */
const greetingMs = 10_000;

/** What was decided about a text of our account, kept with it: a person can see it and correct it. */
const judgements = {
  typed: 'a person typed this on the phone: the bot is silent here for a while',
  'in-doubt':
    'left within seconds of the first message: a person or an automatic greeting. Resume the chat if it was a greeting',
  greeting: 'taken for an automatic greeting: it left within 2 s of a message, as in other chats',
  'own-broadcast': 'taken for a broadcast: the same text went to several chats at once',
} as const;

const judgementOf = (judged: TakeoverResult): keyof typeof judgements | null => {
  if (judged.kind === 'person') return judged.doubt === null ? 'typed' : 'in-doubt';
  if (judged.kind === 'broadcast') return 'own-broadcast';
  return judged.kind === 'greeting' ? 'greeting' : null;
};

/** One of ours coming back to us: only its delivery is news. */
const acknowledgeOwnPart = (core: EngineCore, message: WhatsAppMessage): boolean => {
  const part = core.store.outbox.byMessageId(core.session.id, idPart(message.id));
  if (part === null) return false;

  if (message.ack > 0) core.store.outbox.setAck(part.id, message.ack, core.clock.now());
  return true;
};

/** Whom the owner wrote to is not left in silence; what left within seconds of his message may be a greeting. */
const endSilence = (core: EngineCore, message: WhatsAppMessage, conversation: StoredConversation): void => {
  const since = core.store.silences.since(core.session.id, conversation.id);
  if (since !== null && since < message.timestamp - greetingMs)
    core.store.silences.end(core.session.id, conversation.id, 'owner', core.clock.now());
};

/** Answered on the phone while we were away; what was sent within seconds of a message is a greeting, not an answer. */
const holdWhatOwnerAnswered = (core: EngineCore, message: WhatsAppMessage, conversation: StoredConversation): void => {
  const { store } = core;
  const now = core.clock.now();
  endSilence(core, message, conversation);
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

/** The first of a template cannot be told from a person: its pause is lifted at the next (holds.ts answers what was held). */
const liftPauses = (core: EngineCore, others: readonly (OwnMessage & { readonly lift: boolean })[]): void => {
  for (const other of others) {
    if (!other.lift) continue;
    const now = core.clock.now();
    if (!core.store.conversations.ownerDidNotType(other.conversationId, other.timestamp, now)) continue;
    core.event('info', 'takeover-lifted', 'a text that paused a chat came again in another one: it is a greeting');
  }
};

const doubtReason = 'a text left on the phone right after the first message: a person, or an automatic greeting';

/** A person typed in this chat on the phone, or may have: the bot is silent in it for `takeoverMinutes`. */
const takeOverChat = (
  core: EngineCore,
  message: WhatsAppMessage,
  conversation: StoredConversation,
  isDoubtful: boolean,
): void => {
  const now = core.clock.now();
  const minutes = core.current().config.timing.takeoverMinutes;
  const waiting = core.store.messages.pending(core.session.id, conversation.id);
  core.store.conversations.ownerTyped(conversation.id, message.timestamp, now);
  // Handed over, the chat is paused until somebody resumes it: the first word of whoever took over does not shorten that.
  if (minutes <= 0 || conversation.asksForPersonSince !== null) return;

  core.store.conversations.pause(
    conversation.id,
    {
      until: now + minutes * 60_000,
      by: 'owner',
      reason: isDoubtful ? doubtReason : 'a person typed in this chat on the phone',
    },
    now,
  );

  const chat = conversation.name ?? conversation.chatId;
  if (!isDoubtful) {
    const evidence = { chat, chatId: conversation.chatId, minutes };
    core.event('info', 'takeover', `the owner took over the chat with ${chat} for ${minutes} min`, evidence);
    return;
  }

  core.event(
    'warn',
    'takeover-in-doubt',
    `the chat with ${chat} is paused for ${minutes} min: ${doubtReason}. Resume it if it was a greeting`,
    { chat, chatId: conversation.chatId, minutes },
  );
  leaveInSilence(core, conversation.id, waiting, { code: 'in-doubt', reason: doubtReason });
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
  const own: OwnMessage = { conversationId: conversation.id, text: message.text, timestamp: message.timestamp };
  const sameText = sameTextElsewhere(own, recentOwn).map((other) => ({
    ...other,
    ...momentOf(core, other, recentOwn),
  }));
  const judged = judgeOwnMessage(message, {
    ...momentOf(core, own, recentOwn),
    inOutbox: false,
    connectedAt: core.link.connectedAt === 0 ? Number.POSITIVE_INFINITY : core.link.connectedAt,
    sameText,
  });
  const judgement = command === null && message.chatKind === 'person' ? judgementOf(judged) : null;
  insertMessage(core, message, conversation, {
    ending: null,
    judged: judgement === null ? null : { code: judgement, reason: judgements[judgement] },
  });

  if (command !== null) {
    // What the owner commanded before this connection is over.
    if (judged.kind !== 'history') runOwnerCommand(core, command, conversation);
    return conversation.id;
  }

  switch (judged.kind) {
    case 'ours':
      return null;
    case 'history':
      holdWhatOwnerAnswered(core, message, conversation);
      return conversation.id;
    case 'greeting':
    case 'broadcast':
      liftPauses(
        core,
        sameText.map((other) => ({
          ...other,
          lift: judged.kind === 'broadcast' ? !other.typedBefore : isAutomatic(other),
        })),
      );
      return null;
    case 'person':
      if (message.chatKind !== 'person') return null;
      takeOverChat(core, message, conversation, judged.doubt !== null);
      return conversation.id;
  }
};
