import type { Database } from '../database.ts';

/** How much there is to replicate. */
export const createReplicaCounts = (database: Database) => ({
  counts: (
    sessionIds: readonly string[],
  ): Record<'instructions' | 'conversations' | 'messages' | 'turns' | 'outbox', number> => {
    const ids = JSON.stringify(sessionIds);
    const of = (table: string): number =>
      database.get<{ n: number }>(
        `SELECT count(*) AS n FROM ${table} WHERE session_id IN (SELECT value FROM json_each(?))`,
        ids,
      )?.n ?? 0;
    return {
      instructions: of('instructions'),
      conversations: of('conversations'),
      messages: of('messages'),
      turns: of('turns'),
      outbox: of('outbox'),
    };
  },

  eventCount: (): number => database.get<{ n: number }>('SELECT count(*) AS n FROM events')?.n ?? 0,

  /** Sessions, living or removed, that have anything to replicate. */
  sessionIds: (): string[] =>
    database
      .all<{ id: string }>('SELECT id FROM sessions UNION SELECT session_id FROM conversations')
      .map((row) => row.id),
});
