import type { EpochMs } from '../session/units.ts';
import { notOfProbe } from './conversations/probe-chats.ts';
import type { Database } from './database.ts';
import { createAnswerWaits } from './history/answer-waits.ts';
import { createHistoryReads } from './history/history-reads.ts';
import { createHistoryWrites } from './history/history-writes.ts';
import { createServedCustomers } from './history/served-customers.ts';

/** What the charts show of the past. */
export const createHistoryStore = (database: Database) => ({
  ...createAnswerWaits(database),
  ...createHistoryReads(database),
  ...createHistoryWrites(database),
  ...createServedCustomers(database),

  /** Different people who wrote to a session since. */
  customersSince: (sessionId: string, since: EpochMs): number =>
    database.get<{ n: number }>(
      `SELECT count(*) AS n FROM conversations WHERE session_id = ? AND last_inbound_at >= ? AND ${notOfProbe('id')}`,
      sessionId,
      since,
    )?.n ?? 0,
  /** How a person calls a chat: its name or number; null when neither is known. */
  whoIs: (conversationId: number): string | null =>
    database.get<{ who: string | null }>(
      'SELECT coalesce(name, phone) AS who FROM conversations WHERE id = ?',
      conversationId,
    )?.who ?? null,
});
export type HistoryStore = ReturnType<typeof createHistoryStore>;
