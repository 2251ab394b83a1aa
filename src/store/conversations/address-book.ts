import { phoneKey } from '../../session/phone.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import type { ChatIdentity } from './conversation-rows.ts';

/** One spelling of a phone number as an address of its own: it finds a person whose chat was known by a LID only. */
export const phoneAddress = (phone: string): string => `phone:${phoneKey(phone)}`;

/** Every address that a chat is known by, the one it was heard under first. A group has only its own. */
export const addressesOf = (chat: ChatIdentity): readonly string[] =>
  chat.chatKind === 'person'
    ? [
        ...new Set([
          chat.chatId,
          ...(chat.addresses ?? []),
          ...(chat.lid === null ? [] : [chat.lid]),
          ...(chat.phone === null ? [] : [phoneAddress(chat.phone)]),
        ]),
      ]
    : [chat.chatId];

/** Which conversation an address leads to. WhatsApp moves people between addresses, so one conversation has several. */
export const createAddressBook = (database: Database) => ({
  /** Conversations behind these addresses, the oldest first. */
  conversationIds: (sessionId: string, addresses: readonly string[]): number[] => {
    const found = addresses.flatMap((address) =>
      database.all<{ id: number }>(
        'SELECT conversation_id AS id FROM addresses WHERE session_id = ? AND address = ?',
        sessionId,
        address,
      ),
    );
    return [...new Set(found.map((row) => row.id))].sort((a, b) => a - b);
  },

  /** Takes addresses in; those that are known already stay where they lead. */
  learn: (sessionId: string, conversationId: number, addresses: readonly string[], now: EpochMs): void => {
    for (const address of addresses)
      database.run(
        'INSERT OR IGNORE INTO addresses (session_id, address, conversation_id, learnt_at) VALUES (?,?,?,?)',
        sessionId,
        address,
        conversationId,
        now,
      );
  },

  /** The WhatsApp addresses of a conversation in the order in which they were learnt. */
  ofConversation: (conversationId: number): string[] =>
    database
      .all<{ address: string }>(
        `SELECT address FROM addresses WHERE conversation_id = ? AND address NOT LIKE 'phone:%' ORDER BY learnt_at, address`,
        conversationId,
      )
      .map((row) => row.address),
});
export type AddressBook = ReturnType<typeof createAddressBook>;
