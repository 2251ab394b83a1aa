import type { EpochMs } from '../../session/units.ts';
import { probeChatIds } from '../conversations/probe-chats.ts';
import type { Database } from '../database.ts';

/** How far each part has come: sending, put off, given up, acknowledged. */
export const createSendMarks = (database: Database) => ({
  /** Stored before the send: from here on the part may have gone out. The other side of a probe knows it by this id. */
  markSending: (
    id: number,
    to: { readonly messageId: string; readonly chatId: string },
    life: string,
    now: EpochMs,
  ): void => {
    database.run(
      `UPDATE outbox SET status = 'sending', message_id = ?, sent_to = ?, life = ?, attempts = attempts + 1, lookups = 0, sending_at = ?, updated_at = ?
         WHERE id = ?`,
      to.messageId,
      to.chatId,
      life,
      now,
      now,
      id,
    );
    database.run(
      `INSERT OR IGNORE INTO probe_ids (message_id, session_id, is_question, part_id, at)
         SELECT ?1, o.session_id, o.source = 'probe', o.id, ?2 FROM outbox o WHERE o.id = ?3 AND o.conversation_id IN (${probeChatIds})`,
      to.messageId,
      now,
      id,
    );
  },

  /**
   * It certainly did not go out: it may be tried again, under the same id, not before `notBefore`, to wherever the person writes from then.
   * `free`: this was no fault of the message, and does not count as one of its attempts.
   */
  requeue: (id: number, notBefore: EpochMs, reason: string, now: EpochMs, { free = false } = {}): void => {
    database.run(
      `UPDATE outbox SET status = 'queued', sent_to = NULL, not_before = ?, reason = ?, attempts = attempts - ?, updated_at = ? WHERE id = ?`,
      notBefore,
      reason,
      free ? 1 : 0,
      now,
      id,
    );
  },

  /** What is queued goes out later than planned. */
  postpone: (id: number, notBefore: EpochMs, now: EpochMs): void => {
    database.run(
      `UPDATE outbox SET not_before = max(not_before, ?), updated_at = ? WHERE id = ? AND status = 'queued'`,
      notBefore,
      now,
      id,
    );
  },

  countLookup: (id: number, now: EpochMs): void => {
    database.run('UPDATE outbox SET lookups = lookups + 1, updated_at = ? WHERE id = ?', now, id);
  },

  /** Given up, for the reason that a person reads. */
  end: (id: number, status: 'refused' | 'unknown' | 'dropped', reason: string, now: EpochMs): void => {
    database.run(
      'UPDATE outbox SET status = ?, reason = ?, done_at = ?, updated_at = ? WHERE id = ?',
      status,
      reason,
      now,
      now,
      id,
    );
  },

  /** The program's own sentences that wait in a chat, once their reason is past. */
  dropSentences: (conversationId: number, reason: string, now: EpochMs): void => {
    database.run(
      `UPDATE outbox SET status = 'dropped', reason = ?, done_at = ?, updated_at = ?
         WHERE conversation_id = ? AND status = 'queued' AND source = 'send' AND actor = 'bot'`,
      reason,
      now,
      now,
      conversationId,
    );
  },

  setAck: (id: number, ack: number, now: EpochMs): void => {
    database.run(
      'UPDATE outbox SET ack = ?, updated_at = ? WHERE id = ? AND (ack IS NULL OR ack < ? OR (ack = 0 AND ? = -1))',
      ack,
      now,
      id,
      ack,
      ack,
    );
  },
});
export type SendMarks = ReturnType<typeof createSendMarks>;
