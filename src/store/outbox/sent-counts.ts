import type { EpochMs } from '../../session/units.ts';
import { notOfProbe } from '../conversations/probe-chats.ts';
import type { Database } from '../database.ts';

/** As long as a message may wait for its answer (timing_config.maxAgeMs at most). */
const longestWaitMs = 7 * 86_400_000;

/** How much went out lately, for the caps. */
export const createSentCounts = (database: Database) => ({
  /** Parts that went out in one chat since then, for the caps. What a clock wrote that was set back since counts for no hour. */
  sentSince: (conversationId: number, since: EpochMs, until: EpochMs): number =>
    database.get<{ n: number }>(
      `SELECT count(*) AS n FROM outbox WHERE conversation_id = ? AND status = 'sent' AND done_at BETWEEN ? AND ?`,
      conversationId,
      since,
      until,
    )?.n ?? 0,

  oldestSentSince: (conversationId: number, since: EpochMs, until: EpochMs): EpochMs | null =>
    database.get<{ at: number | null }>(
      `SELECT min(done_at) AS at FROM outbox WHERE conversation_id = ? AND status = 'sent' AND done_at BETWEEN ? AND ?`,
      conversationId,
      since,
      until,
    )?.at ?? null,

  /** Parts that went out in the whole session since then (to the minute). */
  sessionSentSince: (sessionId: string, since: EpochMs, until: EpochMs): number =>
    database.get<{ n: number | null }>(
      'SELECT sum(sent) AS n FROM activity_minutes WHERE session_id = ? AND minute BETWEEN ? AND ?',
      sessionId,
      Math.floor(since / 60_000),
      Math.floor(until / 60_000),
    )?.n ?? 0,

  /** Parts on their way now: they count before anybody knows that they went out. */
  sendingNow: (sessionId: string): number =>
    database.get<{ n: number }>(
      `SELECT count(*) AS n FROM outbox WHERE session_id = ? AND status = 'sending' AND ${notOfProbe('conversation_id')}`,
      sessionId,
    )?.n ?? 0,

  /** People whom this session wrote to since then, and never before. What waited for a week at most goes out. */
  newPeopleSince: (sessionId: string, since: EpochMs): number =>
    database.get<{ n: number }>(
      `SELECT count(*) AS n FROM (
         SELECT DISTINCT o.conversation_id AS id FROM outbox o JOIN conversations c ON c.id = o.conversation_id AND c.chat_kind = 'person'
         WHERE o.session_id = ?1 AND o.created_at >= ?2 - ${longestWaitMs} AND o.done_at >= ?2 AND o.status IN ('sent', 'unknown')
           AND o.source <> 'alert') d
       WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = d.id AND m.sender IN ('bot', 'owner') AND m.stored_at < ?2)`,
      sessionId,
      since,
    )?.n ?? 0,

  /** Whether a person wrote in this chat from here since then (`send`, an approved draft): the bot's own parts do not count. */
  sentByPersonSince: (conversationId: number, since: EpochMs): boolean =>
    database.get(
      `SELECT 1 FROM outbox WHERE conversation_id = ? AND status = 'sent' AND done_at >= ? AND actor <> 'bot' LIMIT 1`,
      conversationId,
      since,
    ) !== undefined,

  /** People never written to whose messages wait for an answer, before `seq` came or in a turn already; `id`: another one than this. */
  newPeopleAhead: (sessionId: string, id: number, seq: number): number =>
    database.get<{ n: number }>(
      `SELECT count(*) AS n FROM (
         SELECT min(m.seq) AS first, max(t.id IS NOT NULL) AS busy FROM messages m
         JOIN conversations c ON c.id = m.conversation_id AND c.chat_kind = 'person' AND c.last_outbound_at IS NULL AND c.last_owner_at IS NULL
         LEFT JOIN turns t ON t.id = m.turn_id AND t.finished_at IS NULL
         WHERE m.session_id = ?1 AND m.outcome = 'pending' AND m.conversation_id <> ?2 GROUP BY m.conversation_id)
       WHERE first < ?3 OR busy`,
      sessionId,
      id,
      seq,
    )?.n ?? 0,
});
