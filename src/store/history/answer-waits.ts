import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { notOfProbe } from '../conversations/probe-chats.ts';
import type { Database } from '../database.ts';

/** An answer that came: when, and how long its customer had waited since the first message that it answers. */
export interface AnswerWait {
  readonly at: EpochMs;
  readonly ms: Milliseconds;
  readonly conversationId: number;
}

export const createAnswerWaits = (database: Database) => ({
  /** Of turns that were begun since; whoever wrote outside opening hours waits since they opened. */
  answersOf: (sessionId: string, since: EpochMs): readonly AnswerWait[] =>
    database.all<AnswerWait>(
      `SELECT t.at, max(0, t.at - t.asked) AS ms, t.conversationId FROM (
         SELECT finished_at AS at, conversation_id AS conversationId,
           (SELECT min(CASE WHEN m.pending_since > m.stored_at THEN m.pending_since ELSE m.at END) FROM messages m
              WHERE m.turn_id = turns.id AND m.sender = 'customer') AS asked
         FROM turns WHERE session_id = ? AND started_at >= ? AND outcome = 'answered' AND finished_at IS NOT NULL
           AND ${notOfProbe('conversation_id')}
       ) t WHERE t.asked IS NOT NULL ORDER BY t.at`,
      sessionId,
      since,
    ),
});
