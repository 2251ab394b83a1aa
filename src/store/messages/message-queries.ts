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

  held: (sessionId: string, code?: string): StoredMessage[] =>
    code === undefined
      ? database.all<StoredMessage>(
          `SELECT ${messageColumns} FROM messages WHERE session_id = ? AND outcome = 'held' ORDER BY seq`,
          sessionId,
        )
      : database.all<StoredMessage>(
          `SELECT ${messageColumns} FROM messages WHERE session_id = ? AND outcome = 'held' AND outcome_code = ? ORDER BY seq`,
          sessionId,
          code,
        ),

  /**
   * What was said in a chat before `beforeSeq` and after `afterSeq`, oldest first, newest `limit`: customers' messages that were not
   * ignored, our sent parts, and what the owner typed.
   */
  history: (conversationId: number, afterSeq: number, beforeSeq: number, limit: number): StoredMessage[] =>
    database
      .all<StoredMessage>(
        `SELECT ${messageColumns} FROM messages WHERE conversation_id = ? AND seq > ? AND seq < ?
             AND (outcome IS NULL OR outcome <> 'ignored') ORDER BY seq DESC LIMIT ?`,
        conversationId,
        afterSeq,
        beforeSeq,
        limit,
      )
      .reverse(),
});
