import { FleetError } from '../../session/fleet-error.ts';
import { chatProblem, parsePhone } from '../../session/phone.ts';
import { plainText } from '../../session/plain-text.ts';
import type { StoredConversation } from '../../store/conversation-store.ts';
import type { FleetParts } from './fleet-parts.ts';

/** The chat that a person names by any of its addresses or its number. Throws `usage`, also for what is neither. */
export const chatOf = (
  { store }: Pick<FleetParts, 'store'>,
  { id, name }: { readonly id: string; readonly name: string },
  chat: string,
): StoredConversation => {
  const found = store.conversations.find(id, chat) ?? store.conversations.byPhone(id, chat)[0];
  if (found !== undefined) return found;

  if (!chat.includes('@') && parsePhone(chat) === null)
    throw new FleetError('usage', plainText(chatProblem(chat.slice(0, 60))));
  throw new FleetError(
    'usage',
    `${name} has no chat with ${JSON.stringify(plainText(chat.slice(0, 60)))}. See: zap-fleet chats ${name}`,
  );
};
