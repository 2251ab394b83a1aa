import { FleetError } from '../../session/fleet-error.ts';
import type { StoredConversation } from '../../store/conversation-store.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import type { FleetParts } from './fleet-parts.ts';

/** The chat that a person names by any of its addresses or its number. Throws `usage`. */
export const chatOf = (
  { store }: Pick<FleetParts, 'store'>,
  session: ManagedSession,
  chat: string,
): StoredConversation => {
  const { id, name } = session.stored;
  const found = store.conversations.find(id, chat) ?? store.conversations.byPhone(id, chat)[0];
  if (found === undefined)
    throw new FleetError(
      'usage',
      `${name} has no chat with ${JSON.stringify(chat.slice(0, 60))}. See: zap-fleet chats ${name}`,
    );

  return found;
};
