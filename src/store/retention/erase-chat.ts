import { addTombstone } from '../changes.ts';
import { createAddressBook } from '../conversations/address-book.ts';
import type { Database } from '../database.ts';
import type { ErasedKind, EraseOptions } from './erase-options.ts';

/** What was said in one chat, and in those that became one with it and whose rows are still on their way. */
const rowsOfChat: readonly {
  readonly what: ErasedKind;
  readonly table: string;
  readonly key: string;
  readonly where: string;
}[] = [
  { what: 'messages', table: 'messages', key: 'seq', where: '' },
  { what: 'turns', table: 'turns', key: 'id', where: '' },
  { what: 'parts', table: 'outbox', key: 'id', where: "AND status = 'sent'" },
  { what: 'parts', table: 'outbox', key: 'id', where: "AND status <> 'sent'" },
];

/** Erases at most so many rows of a chat, and in the end the chat with its tombstones; 0: there is nothing left of it. */
export const createChatErasure = (database: Database) => {
  const book = createAddressBook(database);

  const idsOf = (id: number): readonly number[] => [
    id,
    ...database
      .all<{ id: number }>('SELECT gone_id AS id FROM conversation_merges WHERE kept_id = ?', id)
      .map((merge) => merge.id),
  ];

  const rows = (id: number, atMost: number, options: EraseOptions): number => {
    for (const { what, table, key, where } of rowsOfChat) {
      const erased = database.run(
        `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE conversation_id = ? ${where} LIMIT ?)`,
        id,
        atMost,
      ).changes;
      if (erased === 0) continue;
      options.count?.(what, erased);
      return erased;
    }
    return 0;
  };

  return (conversationId: number, atMost: number, options: EraseOptions): number =>
    database.slice(() => {
      for (const id of idsOf(conversationId)) {
        const erased = rows(id, atMost, options);
        if (erased > 0) return erased;
      }

      const chat = database.get<{ chatId: string; sessionId: string }>(
        'SELECT chat_id AS chatId, session_id AS sessionId FROM conversations WHERE id = ?',
        conversationId,
      );
      if (chat === undefined) return 0;

      // One tombstone an address stands for all that was said there, and comes after all of it: messages, turns and parts go with it.
      const addresses = new Set([chat.chatId, ...book.ofConversation(conversationId)]);
      database.run('DELETE FROM conversation_merges WHERE kept_id = ?', conversationId);
      database.run('DELETE FROM conversations WHERE id = ?', conversationId);
      for (const address of addresses) addTombstone(database, 'conversation', chat.sessionId, address, options.now);
      options.count?.('conversations', 1);
      return 1;
    });
};
