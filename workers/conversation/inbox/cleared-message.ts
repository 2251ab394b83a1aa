import type { StoredMessage } from '../../../src/store/message-store.ts';
import type { WhatsAppMessage } from '../../whatsapp/whatsapp-client.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { isUnreadable } from '../core/unreadable.ts';
import { commandIn, learnAddress } from './arriving-message.ts';
import { takeCustomerMessage } from './customer-message.ts';
import { firstEndingOf, ignored } from './first-ending.ts';
import { runOwnerCommand } from './owner-actions.ts';
import { takeOwnerMessage } from './owner-message.ts';
import { progressOf, withdrawTurn } from './withdraw-turn.ts';

/** It is answered once now, also where the AI was told before that it could not be read. */
const openAgain = (core: EngineCore, stored: StoredMessage, message: WhatsAppMessage): number | null => {
  const { store } = core;
  const conversation = store.conversations.get(stored.conversationId);
  if (conversation === null) return null;

  const command = commandIn(core, message);
  const ending = firstEndingOf(core, message, conversation);
  const progress = progressOf(core, stored);
  if (progress === 'settled' || ending.outcome !== 'pending') return null;

  if (progress === 'open') withdrawTurn(core, stored);
  store.messages.reopen(stored, core.clock.now());
  if (command === null) return conversation.id;

  store.messages.end([stored.seq], ignored('command', `command ${command.name} of an admin`), core.clock.now());
  runOwnerCommand(core, command, conversation);
  return conversation.id;
};

/** A message that came without its words has them now. Returns the chat that has something to do. Inside the inbox's transaction. */
export const takeCleared = (core: EngineCore, message: WhatsAppMessage): number | null => {
  const { messages, conversations } = core.store;
  const stored = messages.byId(core.session.id, message.id);
  if (stored === null) return message.fromMe ? takeOwnerMessage(core, message) : takeCustomerMessage(core, message);
  if (stored.deletedAt !== null || !isUnreadable(stored) || isUnreadable(message)) return null;

  messages.fill(stored, message, core.clock.now());
  if (stored.sender === 'customer') {
    learnAddress(core, stored, message);
    return openAgain(core, messages.get(stored.seq) ?? stored, message);
  }

  const command = commandIn(core, message);
  const conversation = conversations.get(stored.conversationId);
  const isOfThisConnection = message.timestamp >= Math.floor(core.link.connectedAt / 1000) * 1000;
  if (command === null || conversation === null || !isOfThisConnection) return null;
  runOwnerCommand(core, command, conversation);
  return conversation.id;
};
