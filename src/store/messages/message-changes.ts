import { messageKey } from '../../session/message-key.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import { messageColumns, type StoredMessage } from './message-rows.ts';

/** What became of a message after it was stored: edited, deleted, or readable at last. */
export const createMessageChanges = (database: Database) => {
  const byId = (sessionId: string, waId: string): StoredMessage | null =>
    database.get<StoredMessage>(
      `SELECT ${messageColumns} FROM messages WHERE session_id = ? AND message_key = ?`,
      sessionId,
      messageKey(waId),
    ) ?? null;

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
