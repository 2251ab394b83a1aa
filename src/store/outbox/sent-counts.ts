import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';

/** How much went out lately, for the caps. */
export const createSentCounts = (database: Database) => ({
  /** Parts that went out in one chat since then, for the caps. */
  sentSince: (conversationId: number, since: EpochMs): number =>
    database.get<{ n: number }>(
      `SELECT count(*) AS n FROM outbox WHERE conversation_id = ? AND status = 'sent' AND done_at >= ?`,
      conversationId,
      since,
    )?.n ?? 0,

  oldestSentSince: (conversationId: number, since: EpochMs): EpochMs | null =>
    database.get<{ at: number | null }>(
      `SELECT min(done_at) AS at FROM outbox WHERE conversation_id = ? AND status = 'sent' AND done_at >= ?`,
      conversationId,
      since,
    )?.at ?? null,

  /** Parts that went out in the whole session since then (to the minute). */
  sessionSentSince: (sessionId: string, since: EpochMs): number =>
    database.get<{ n: number | null }>(
      'SELECT sum(sent) AS n FROM activity_minutes WHERE session_id = ? AND minute >= ?',
      sessionId,
      Math.floor(since / 60_000),
    )?.n ?? 0,
});
