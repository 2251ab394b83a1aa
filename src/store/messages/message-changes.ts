import { editKeys, idPart, messageKey } from '../../session/message-key.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import { messageColumns, type StoredMessage } from './message-rows.ts';

/** Messages that quote it, also from another address of the same person: WhatsApp's id begins with that one. */
const createQuoters =
  (database: Database) =>
  (message: StoredMessage): StoredMessage[] =>
    database.all<StoredMessage>(
      `SELECT ${messageColumns} FROM messages WHERE conversation_id = ?1 AND quoted IS NOT NULL
         AND (quoted_id = ?2 OR json_extract(quoted, '$.id') = ?2 OR json_extract(quoted, '$.id') LIKE ?3 ESCAPE '\\')`,
      message.conversationId,
      message.waId,
      `%\\_${idPart(message.waId).replace(/[\\%_]/g, '\\$&')}`,
    );

/** What became of a message after it was stored: edited, deleted, or readable at last. */
export const createMessageChanges = (database: Database) => {
  const byId = (sessionId: string, waId: string): StoredMessage | null =>
    database.get<StoredMessage>(
      `SELECT ${messageColumns} FROM messages WHERE session_id = ? AND message_key = ?`,
      sessionId,
      messageKey(waId),
    ) ?? null;

  const quotersOf = createQuoters(database);

  /** The chat's preview says what the newest message says now. */
  const renewPreview = (conversationId: number, now: EpochMs): void => {
    database.run(
      `UPDATE conversations SET last_text = coalesce((SELECT CASE WHEN text = '' THEN '[' || kind || ']' ELSE substr(text, 1, 200) END
         FROM messages WHERE conversation_id = ?1 ORDER BY at DESC, seq DESC LIMIT 1), ''), updated_at = ?2 WHERE id = ?1`,
      conversationId,
      now,
    );
  };

  return {
    /** By WhatsApp's id, under whatever address it was told. */
    byId,
    quotersOf,

    /** Changes of words that came after the answer, each a message of its own, in their order. */
    editsOf: (sessionId: string, waId: string): StoredMessage[] => {
      const [after, before] = editKeys(waId);
      return database.all<StoredMessage>(
        `SELECT ${messageColumns} FROM messages INDEXED BY messages_by_key WHERE session_id = ? AND message_key > ? AND message_key < ? ORDER BY seq`,
        sessionId,
        after,
        before,
      );
    },

    /** Waits for an answer anew, whatever became of it before: it can be read only now. */
    reopen: (message: StoredMessage, now: EpochMs): void => {
      database.run(
        `UPDATE messages SET outcome = 'pending', outcome_code = NULL, outcome_reason = NULL, outcome_at = NULL, held_until = NULL,
           pending_since = ?, turn_id = NULL, updated_at = ? WHERE seq = ? AND sender = 'customer'`,
        now,
        now,
        message.seq,
      );
    },

    /** The new words take the old ones' place. */
    edit: (message: StoredMessage, words: { readonly text: string; readonly at: EpochMs }, now: EpochMs): void => {
      database.run(
        'UPDATE messages SET text = ?, edited_at = ?, updated_at = ? WHERE seq = ?',
        words.text,
        words.at,
        now,
        message.seq,
      );
      renewPreview(message.conversationId, now);
    },

    /** What was deleted for everybody is not kept either: only that there was something. */
    erase: (message: StoredMessage, at: EpochMs, now: EpochMs): void => {
      database.run(
        `UPDATE messages SET text = '', media_text = NULL, facts = NULL, quoted = NULL, ad = NULL, deleted_at = ?, updated_at = ? WHERE seq = ?`,
        at,
        now,
        message.seq,
      );
      // Whoever quoted it keeps that he did, not what it said.
      for (const { seq } of quotersOf(message))
        database.run(
          `UPDATE messages SET quoted = json_set(quoted, '$.text', ''), updated_at = ? WHERE seq = ?`,
          now,
          seq,
        );
      renewPreview(message.conversationId, now);
    },

    /** A ciphertext became readable. */
    fill: (
      message: StoredMessage,
      read: {
        readonly kind: string;
        readonly text: string;
        readonly mimeType: string | null;
        readonly facts: object | null;
        readonly quoted: object | null;
        readonly ad: object | null;
      },
      now: EpochMs,
    ): void => {
      const json = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));
      database.run(
        'UPDATE messages SET kind = ?, text = ?, mime_type = ?, facts = ?, quoted = ?, ad = ?, updated_at = ? WHERE seq = ?',
        read.kind,
        read.text,
        read.mimeType,
        json(read.facts),
        json(read.quoted),
        json(read.ad),
        now,
        message.seq,
      );
      renewPreview(message.conversationId, now);
    },
  };
};
