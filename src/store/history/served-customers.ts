import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { notOfProbe } from '../conversations/probe-chats.ts';
import type { Database } from '../database.ts';

/** How the customers of one session were served, hour by hour, as its messages tell it now. */

export interface ServedCounts {
  /** Minute since 1970 at which the hour begins. */
  readonly hour: number;
  readonly inTime: number;
  readonly late: number;
  /** For good: their messages ended without an answer. */
  readonly unanswered: number;
  /** Not answered until now, and too late. */
  readonly overdue: number;
}

/** A person decided that nobody has to answer. */
const lookedAfter = "('closed', 'session-paused', 'chat-paused', 'owner-answered', 'handed-over')";

/**
 * One row a customer and hour with the worst that befell him: 3 not answered, 2 not yet, 1 late, 0 in time or still within it. Whoever wrote outside
 * opening hours waits since they opened: `pending_since` begins anew then. A silence stays one, whatever was answered later. Numbers
 * arrive as REAL, so slots are made whole.
 */
const servedSql = `
SELECT w.slot AS slot, count(*) FILTER (WHERE w.worst = 0) AS inTime, count(*) FILTER (WHERE w.worst = 1) AS late,
  count(*) FILTER (WHERE w.worst = 2) AS overdue, count(*) FILTER (WHERE w.worst = 3) AS unanswered
FROM (
  SELECT e.id, e.slot, max(e.bad) AS worst FROM (
    SELECT c.id AS id, CAST((m.at / 60000 - :from) / 60 AS INTEGER) AS slot,
      CASE
        WHEN m.outcome = 'unanswered' AND m.outcome_code IS NOT 'draft-dropped' THEN 3
        WHEN m.outcome = 'unknown' THEN 2
        WHEN m.outcome = 'answered'
          THEN m.outcome_at - CASE WHEN m.pending_since > m.stored_at THEN m.pending_since ELSE m.at END > :limit
        WHEN m.outcome = 'held' AND m.outcome_code = 'draft' THEN :now - m.at > :limit
        WHEN m.outcome = 'held' AND m.outcome_code IN ${lookedAfter} THEN 0
        WHEN m.outcome IN ('pending', 'held') AND :now - coalesce(m.pending_since, m.at) > :limit
          AND coalesce(c.last_outbound_at, 0) < m.at THEN 2
        ELSE 0
      END AS bad
    FROM conversations c JOIN messages m ON m.conversation_id = c.id
    WHERE c.session_id = :session AND ${notOfProbe('c.id')} AND c.last_at >= :from * 60000 AND m.at >= :from * 60000 AND m.at < :until * 60000
      AND m.sender = 'customer' AND m.outcome IS NOT NULL AND m.outcome <> 'ignored'
    UNION ALL
    SELECT s.conversation_id, CAST((s.since / 60000 - :from) / 60 AS INTEGER), 3 FROM silences s
    WHERE s.session_id = :session AND s.last_at >= :from * 60000 AND s.since >= :from * 60000 AND s.since < :until * 60000
      AND s.ended_by IS NOT 'customer' AND ${notOfProbe('s.conversation_id')}
  ) e GROUP BY e.id, e.slot
) w GROUP BY w.slot`;

export const createServedCustomers = (database: Database) => ({
  /** Hours from the minute `from` up to `until`; those in which nobody wrote are left out. `limit`: how long an answer may take. */
  servedOf: (
    sessionId: string,
    hours: { readonly from: number; readonly until: number },
    limit: Milliseconds,
    now: EpochMs,
  ): readonly ServedCounts[] =>
    (
      database.prepare(servedSql).all({ session: sessionId, ...hours, limit, now }) as unknown as (Omit<
        ServedCounts,
        'hour'
      > & { slot: number })[]
    ).map(({ slot, ...counts }) => ({ hour: hours.from + slot * 60, ...counts })),
});
