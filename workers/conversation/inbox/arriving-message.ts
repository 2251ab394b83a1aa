import type { StoredConversation } from '../../../src/store/conversation-store.ts';
import type { Ending } from '../../../src/store/message-store.ts';
import type { WhatsAppMessage } from '../../whatsapp/whatsapp-client.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { type OwnerCommand, parseOwnerCommand } from '../core/owner-commands.ts';

/** What every message of the phone needs of the store, whoever wrote it. */

export const isLidChat = (chatId: string): boolean => chatId.endsWith('@lid');

/** The chat that it belongs to, made when it is the first one. */
export const ensureConversation = (core: EngineCore, message: WhatsAppMessage): StoredConversation =>
  core.store.conversations.ensure(
    core.session,
    {
      chatId: message.chatId,
      chatKind: message.chatKind,
      phone: message.phone,
      lid: isLidChat(message.chatId) ? message.chatId : null,
      // In a group the name is the author's, not the chat's.
      name: message.fromMe || message.chatKind !== 'person' ? null : message.pushName,
      isSaved: message.isSavedContact,
    },
    core.clock.now(),
  );

export const insertMessage = (
  core: EngineCore,
  message: WhatsAppMessage,
  conversation: StoredConversation,
  ending: Ending | null,
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
      at: message.timestamp,
      ending,
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
