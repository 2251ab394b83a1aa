import { fileLine, type SendFile } from '../../session/send-file.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import type { MessageStore } from '../message-store.ts';
import type { OpenParts } from './open-parts.ts';
import type { StoredPart } from './outbox-rows.ts';

interface Sent {
  readonly waId: string;
  readonly ack: number;
  /** What it was, where it was no text. */
  readonly file?: Pick<SendFile, 'kind' | 'fileName' | 'mimeType'>;
}

/** What went out, and what did not after all: the chat shows it, and its silence ends. */
export const createSentMarks = (database: Database, messages: MessageStore, { get }: Pick<OpenParts, 'get'>) => ({
  /** Gone out, whatever was thought of it before: it becomes a message of the chat, in the same transaction. False when that was known already. */
  markSent: (part: StoredPart, sent: Sent, now: EpochMs): boolean =>
    database.transaction(() => {
      const { changes } = database.run(
        `UPDATE outbox SET status = 'sent', ack = max(coalesce(ack, ?), ?), reason = NULL, done_at = ?, updated_at = ?
           WHERE id = ? AND message_id IS NOT NULL AND status IN ('queued', 'sending', 'unknown', 'refused')`,
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
          kind: sent.file?.kind ?? (part.isSpoken ? 'audio' : 'text'),
          text: sent.file === undefined ? part.text : fileLine(sent.file.fileName, part.text),
          mimeType: sent.file?.mimeType ?? null,
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

  /**
   * WhatsApp took it, and failed to deliver it after all: it counts as never sent, and its message stays in the chat as failed. False when
   * it was not sent, or was seen to arrive.
   */
  markFailed: (part: StoredPart, reason: string, now: EpochMs): boolean =>
    database.transaction(() => {
      const { changes } = database.run(
        `UPDATE outbox SET status = 'refused', ack = -1, reason = ?, updated_at = ? WHERE id = ? AND status = 'sent' AND coalesce(ack, 0) < 1`,
        reason,
        now,
        part.id,
      );
      if (changes === 0) return false;
      database.run('UPDATE messages SET ack = -1, updated_at = ? WHERE outbox_id = ?', now, part.id);
      database.run(
        `UPDATE conversations SET last_outbound_at = (SELECT max(m.at) FROM messages m WHERE m.conversation_id = conversations.id
           AND m.sender = 'bot' AND coalesce(m.ack, 0) > -1), updated_at = ? WHERE id = ?`,
        now,
        get(part.id)?.conversationId ?? part.conversationId,
      );
      return true;
    }),
});
