import { samePhone } from '../../session/phone.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import { type AddressBook, phoneAddress } from './address-book.ts';
import type { ChatIdentity, StoredConversation } from './conversation-rows.ts';
import { mergeConversations } from './merge-conversations.ts';

/** Told inside the transaction which conversation is gone: whoever works on it goes on with the one that is left. */
export type MergeListener = (goneId: number) => void;

/** Who is one person, and who only seems to be. */
export const createOnePerson = (
  database: Database,
  book: AddressBook,
  existing: (id: number) => StoredConversation,
) => {
  /**
   * The conversation behind these addresses; several that turn out to be one person's become one. A merge is never undone, so those that
   * are known by another number stay apart: a number or a LID that WhatsApp gave to somebody else must not join two customers.
   */
  const oneOf = (
    sessionId: string,
    addresses: readonly string[],
    now: EpochMs,
    onMerged: MergeListener,
  ): StoredConversation | null => {
    const ids = book.conversationIds(sessionId, addresses);
    const [heard] = addresses.flatMap((address) => book.conversationIds(sessionId, [address]));
    if (heard === undefined) return null;

    const phone = [heard, ...ids].map((id) => existing(id).phone).find((known) => known !== null) ?? null;
    const [kept = heard, ...others] = ids.filter((id) => {
      const other = existing(id).phone;
      return other === null || phone === null || samePhone(phone, other);
    });
    for (const other of others) {
      mergeConversations(database, existing(kept), existing(other), now);
      onMerged(other);
    }
    return existing(kept);
  };

  /** What is told of somebody, without the number or the LID under which another one is known. */
  const withoutOthers = (chat: ChatIdentity, sessionId: string, id: number): ChatIdentity => {
    const isOthers = (address: string): boolean =>
      book.conversationIds(sessionId, [address]).some((other) => other !== id);
    return {
      ...chat,
      phone: chat.phone !== null && isOthers(phoneAddress(chat.phone)) ? null : chat.phone,
      lid: chat.lid !== null && isOthers(chat.lid) ? null : chat.lid,
    };
  };

  return { oneOf, withoutOthers };
};
