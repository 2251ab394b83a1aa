import type { EpochMs } from '../../session/units.ts';
import { addTombstone } from '../changes.ts';
import { createAddressBook } from '../conversations/address-book.ts';
import type { Database } from '../database.ts';
import type { ErasedCounts } from './erased-counts.ts';

/** Erases rows and records each erasure for the replica; call inside the transaction that erases. */
export const createErasure = (database: Database) => {
  const book = createAddressBook(database);

  const eraseConversation = (
    conversation: { readonly id: number; readonly sessionId: string; readonly chatId: string },
    now: EpochMs,
  ): ErasedCounts & { messageIds: string[] } => {
    const messageIds = database
      .all<{ id: string }>('SELECT wa_id AS id FROM messages WHERE conversation_id = ?', conversation.id)
      .map((row) => row.id);
    const addresses = new Set([conversation.chatId, ...book.ofConversation(conversation.id)]);
    const erase = (sql: string): number => database.run(sql, conversation.id).changes;
    const messages = erase('DELETE FROM messages WHERE conversation_id = ?');
    const turns = erase('DELETE FROM turns WHERE conversation_id = ?');
    const parts =
      erase(`DELETE FROM outbox WHERE conversation_id = ? AND status = 'sent'`) +
      erase(`DELETE FROM outbox WHERE conversation_id = ? AND status <> 'sent'`);
    erase('DELETE FROM conversations WHERE id = ?');
    // One tombstone an address stands for all that was said there: messages, turns and parts go with it.
    for (const address of addresses) addTombstone(database, 'conversation', conversation.sessionId, address, now);
    return { conversations: 1, messages, turns, parts, messageIds };
  };

  /** What the customer wrote in groups. */
  const eraseAuthored = (sessionId: string, authors: readonly string[], now: EpochMs): string[] =>
    authors.flatMap((author) => {
      const rows = database.all<{ seq: number; waId: string; conversationId: number; turnId: number | null }>(
        'SELECT seq, wa_id AS waId, conversation_id AS conversationId, turn_id AS turnId FROM messages WHERE session_id = ? AND author = ?',
        sessionId,
        author,
      );
      for (const row of rows) {
        database.run('DELETE FROM messages WHERE seq = ?', row.seq);
        addTombstone(database, 'message', sessionId, row.waId, now);
        if (row.turnId === null) continue;
        if (database.run('DELETE FROM turns WHERE id = ?', row.turnId).changes > 0)
          addTombstone(database, 'turn', sessionId, String(row.turnId), now);
      }
      // The group's preview and summary may say what was erased.
      for (const id of new Set(rows.map((row) => row.conversationId)))
        database.run(
          `UPDATE conversations SET context_summary = NULL, updated_at = ?2,
             last_text = coalesce((SELECT text FROM messages WHERE conversation_id = ?1 ORDER BY at DESC LIMIT 1), '') WHERE id = ?1`,
          id,
          now,
        );
      return rows.map((row) => row.waId);
    });

  /** The event log names customers in its sentences, and so does what was told to the admins of them. */
  const eraseMentions = (
    session: { readonly id: string; readonly name: string },
    names: readonly string[],
    now: EpochMs,
  ): void => {
    for (const name of names) {
      database.run(
        `UPDATE events SET text = '(erased)', evidence = NULL WHERE session_name = ? AND (instr(text, ?) > 0 OR instr(coalesce(evidence, ''), ?) > 0)`,
        session.name,
        name,
        name,
      );
      database.run(
        `UPDATE conversations SET last_text = '(erased)', updated_at = ?1 WHERE session_id = ?2 AND instr(last_text, ?3) > 0
           AND id IN (SELECT conversation_id FROM outbox WHERE session_id = ?2 AND source = 'alert')`,
        now,
        session.id,
        name,
      );
      database.run(
        `UPDATE messages SET text = '(erased)', updated_at = ?1 WHERE outbox_id IN
           (SELECT id FROM outbox WHERE session_id = ?2 AND source = 'alert' AND instr(text, ?3) > 0)`,
        now,
        session.id,
        name,
      );
      database.run(
        `UPDATE outbox SET text = '(erased)', updated_at = ?1 WHERE session_id = ?2 AND source = 'alert' AND instr(text, ?3) > 0`,
        now,
        session.id,
        name,
      );
    }
  };

  return { eraseConversation, eraseAuthored, eraseMentions };
};
