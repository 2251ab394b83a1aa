import type { EpochMs } from '../../session/units.ts';
import { notOfProbe } from '../conversations/probe-chats.ts';
import type { Database } from '../database.ts';
import { messageColumns, type StoredMessage } from './message-rows.ts';

/** What was said, and what of it waits. */
export const createMessageQueries = (database: Database) => ({
  get: (seq: number): StoredMessage | null =>
    database.get<StoredMessage>(`SELECT ${messageColumns} FROM messages WHERE seq = ?`, seq) ?? null,

  /** Messages of one chat that wait for an answer, oldest first. */
  pending: (sessionId: string, conversationId: number): StoredMessage[] =>
    database.all<StoredMessage>(
      `SELECT ${messageColumns} FROM messages WHERE session_id = ? AND conversation_id = ? AND outcome = 'pending' ORDER BY seq`,
      sessionId,
      conversationId,
    ),

  /** WhatsApp's ids of customers' messages that wait or are held and were stored before a time, newest first. */
  openIds: (sessionId: string, storedBefore: EpochMs, limit: number): string[] =>
    database
      .all<{ waId: string }>(
        `SELECT waId FROM (
           SELECT seq, wa_id AS waId, message_key FROM messages WHERE session_id = ?1 AND outcome = 'pending' AND stored_at < ?2
             AND ${notOfProbe('conversation_id')}
           UNION ALL
           SELECT seq, wa_id AS waId, message_key FROM messages WHERE session_id = ?1 AND outcome = 'held' AND stored_at < ?2
             AND ${notOfProbe('conversation_id')})
         WHERE instr(message_key, '~') = 0 ORDER BY seq DESC LIMIT ?3`,
        sessionId,
        storedBefore,
        limit,
      )
      .map((row) => row.waId),

  /** WhatsApp's ids of customers' messages that ended and were stored within a span of time, newest first. */
  endedIds: (
    sessionId: string,
    stored: { readonly from: EpochMs; readonly before: EpochMs },
    limit: number,
  ): string[] =>
    database
      .all<{ waId: string }>(
        `SELECT wa_id AS waId FROM messages WHERE session_id = ? AND stored_at >= ? AND stored_at < ? AND sender = 'customer'
           AND deleted_at IS NULL AND outcome IN ('answered', 'unanswered', 'unknown') AND instr(message_key, '~') = 0 AND ${notOfProbe('conversation_id')}
         ORDER BY stored_at DESC LIMIT ?`,
        sessionId,
        stored.from,
        stored.before,
        limit,
      )
      .map((row) => row.waId),

  /** Whether a customer's words since a time ended without an answer of the bot. */
  hasUnanswered: (conversationId: number, since: EpochMs): boolean =>
    database.get(
      `SELECT 1 FROM messages WHERE conversation_id = ? AND sender = 'customer' AND at >= ? AND deleted_at IS NULL
         AND outcome IN ('unanswered', 'unknown', 'held') LIMIT 1`,
      conversationId,
      since,
    ) !== undefined,

  /** Chats of a session with at least one pending message. */
  chatsWithPending: (sessionId: string): number[] =>
    database
      .all<{ id: number }>(
        `SELECT DISTINCT conversation_id AS id FROM messages WHERE session_id = ? AND outcome = 'pending' ORDER BY 1`,
        sessionId,
      )
      .map((row) => row.id),

  ofTurn: (turnId: number): StoredMessage[] =>
    database.all<StoredMessage>(
      `SELECT ${messageColumns} FROM messages WHERE turn_id = ? AND sender = 'customer' ORDER BY seq`,
      turnId,
    ),

  /** Messages that wait for something else than an answer, for one reason, oldest first. */
  held: (sessionId: string, code: string): StoredMessage[] =>
    database.all<StoredMessage>(
      `SELECT ${messageColumns} FROM messages WHERE session_id = ? AND outcome = 'held' AND outcome_code = ? ORDER BY seq`,
      sessionId,
      code,
    ),

  /**
   * What was said in a chat before `beforeSeq` and after `afterSeq`, oldest first, newest `limit`: customers' messages that were not
   * ignored, our parts that went out for all we know, and what the owner typed.
   */
  history: (conversationId: number, afterSeq: number, beforeSeq: number, limit: number): StoredMessage[] =>
    database
      .all<StoredMessage>(
        `SELECT ${messageColumns} FROM messages WHERE conversation_id = ? AND seq > ? AND seq < ?
             AND (outcome IS NULL OR outcome <> 'ignored') AND coalesce(ack, 0) > -1 ORDER BY seq DESC LIMIT ?`,
        conversationId,
        afterSeq,
        beforeSeq,
        limit,
      )
      .reverse(),
});
