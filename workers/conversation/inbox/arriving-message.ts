import { samePhone } from '../../../src/session/phone.ts';
import type { StoredConversation } from '../../../src/store/conversation-store.ts';
import type { ChatIdentity } from '../../../src/store/conversations/conversation-rows.ts';
import type { NewMessage, StoredMessage } from '../../../src/store/message-store.ts';
import type { WhatsAppMessage } from '../../whatsapp/whatsapp-client.ts';
import { isLid } from '../core/addresses.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { followMerge } from '../core/merged-chats.ts';
import { type OwnerCommand, parseOwnerCommand } from '../core/owner-commands.ts';

/** What every message of the phone needs of the store, whoever wrote it. */

const identityOf = (message: WhatsAppMessage): ChatIdentity => ({
  chatId: message.chatId,
  chatKind: message.chatKind,
  addresses: message.addresses,
  phone: message.phone,
  lid: message.chatKind === 'person' ? ([message.chatId, ...message.addresses].find(isLid) ?? null) : null,
  // In a group the name is the author's, not the chat's.
  name: message.fromMe || message.chatKind !== 'person' ? null : message.pushName,
  isSaved: message.isSavedContact,
});

/** The chat that it belongs to, made when it is the first one; several that turn out to be one person's become one. */
export const ensureConversation = (core: EngineCore, message: WhatsAppMessage): StoredConversation => {
  const gone: number[] = [];
  const conversation = core.store.conversations.ensure(core.session, identityOf(message), core.clock.now(), (id) =>
    gone.push(id),
  );
  followMerge(core, gone, conversation.id);
  return conversation;
};

/**
 * A message that is known came again under another address: that address is the same person's. Not when both have a number and they
 * differ: then something else is wrong, and two customers stay two.
 */
export const learnAddress = (core: EngineCore, known: StoredMessage, message: WhatsAppMessage): void => {
  const { conversations } = core.store;
  const conversation = conversations.get(known.conversationId);
  if (conversation?.chatKind !== 'person' || message.chatKind !== 'person') return;

  const other = conversations.find(core.session.id, message.chatId);
  const phone = message.phone ?? other?.phone ?? null;
  if (other?.id === conversation.id && (phone === null || conversation.phone !== null)) return;
  if (phone !== null && conversation.phone !== null && !samePhone(phone, conversation.phone)) return;

  const gone: number[] = [];
  const { addresses, lid } = identityOf(message);
  const one = conversations.learn(
    conversation.id,
    { addresses: [message.chatId, ...(addresses ?? [])], phone: message.phone, lid },
    core.clock.now(),
    (id) => gone.push(id),
  );
  followMerge(core, gone, one?.id ?? conversation.id);
};

export const insertMessage = (
  core: EngineCore,
  message: WhatsAppMessage,
  conversation: StoredConversation,
  { ending, judged = null }: Pick<NewMessage, 'ending' | 'judged'>,
): void => {
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
      facts: message.facts,
      quoted: message.quoted,
      ad: message.ad,
      at: message.timestamp,
      ending,
      judged,
    },
    core.clock.now(),
  );
};

/** The command that this message is, or null. */
export const commandIn = (core: EngineCore, message: WhatsAppMessage): OwnerCommand | null => {
  const { adminNumbers, commandWords } = core.settings;

  return parseOwnerCommand(
    { text: message.text, fromMe: message.fromMe, chatKind: message.chatKind, phone: message.phone },
    { adminNumbers, ...(commandWords === undefined ? {} : { words: commandWords }) },
  );
};
