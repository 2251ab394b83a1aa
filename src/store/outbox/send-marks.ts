import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import type { MessageStore } from '../message-store.ts';
import type { OpenParts } from './open-parts.ts';
import type { StoredPart } from './outbox-rows.ts';

/** How far each part has come: sending, sent, given up, acknowledged. */
export const createSendMarks = (database: Database, messages: MessageStore, { get }: Pick<OpenParts, 'get'>) => ({
  /** Stored before the send: from here on the part may have gone out. */
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
  },

  /** It certainly did not go out: it may be tried again, under the same id, not before `notBefore`. */
  requeue: (id: number, notBefore: EpochMs, reason: string, now: EpochMs): void => {
    database.run(
      `UPDATE outbox SET status = 'queued', not_before = ?, reason = ?, updated_at = ? WHERE id = ?`,
      notBefore,
      reason,
      now,
      id,
    );
  },

  countLookup: (id: number, now: EpochMs): void => {
    database.run('UPDATE outbox SET lookups = lookups + 1, updated_at = ? WHERE id = ?', now, id);
  },

  /** Gone out: it becomes a message of the chat, in the same transaction. False when that was known already. */
  markSent: (part: StoredPart, sent: { readonly waId: string; readonly ack: number }, now: EpochMs): boolean =>
    database.transaction(() => {
      const { changes } = database.run(
        `UPDATE outbox SET status = 'sent', ack = max(coalesce(ack, ?), ?), reason = NULL, done_at = ?, updated_at = ?
           WHERE id = ? AND status IN ('sending', 'unknown')`,
        sent.ack,
        sent.ack,
        now,
        now,
        part.id,
      );
      if (changes === 0) return false;
      // While it was on its way its chat may have become one with another of the same person.
      const conversationId = get(part.id)?.conversationId ?? part.conversationId;
      // An away message is no answer.
      if (part.source !== 'away')
        database.run(
          "UPDATE silences SET ended_at = ?, ended_by = 'bot' WHERE session_id = ? AND conversation_id = ? AND ended_at IS NULL",
          now,
          part.sessionId,
          conversationId,
        );
      messages.insert(
        {
          sessionId: part.sessionId,
          conversationId,
          waId: sent.waId,
          sender: 'bot',
          author: null,
          kind: 'text',
          text: part.text,
          mimeType: null,
          quotedId: null,
          at: now,
          ending: null,
          outboxId: part.id,
          ...(part.turnId === null ? {} : { turnId: part.turnId }),
          ack: get(part.id)?.ack ?? sent.ack,
        },
        now,
      );
      return true;
    }),

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
