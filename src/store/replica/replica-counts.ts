import type { Database } from '../database.ts';
import { type CountedTable, countRows, countTable } from '../retention/count-rows.ts';

export interface ReplicaCounts extends Readonly<Record<CountedTable, number>> {
  readonly instructions: number;
}

/** How much there is to replicate, counted in slices. */
export const createReplicaCounts = (database: Database) => ({
  counts: async (sessionIds: readonly string[]): Promise<ReplicaCounts> => {
    const total = { instructions: 0, conversations: 0, messages: 0, turns: 0, outbox: 0 };
    for (const id of sessionIds) {
      for (const table of ['conversations', 'messages', 'turns', 'outbox'] as const)
        total[table] += await countRows(database, table, id);
      const instructions = 'SELECT count(*) AS n FROM instructions WHERE session_id = ?';
      total.instructions += database.get<{ n: number }>(instructions, id)?.n ?? 0;
    }
    return total;
  },

  eventCount: (): Promise<number> => countTable(database, 'events', 'id'),

  /** Sessions, living or removed, that have anything to replicate; without looking at each of their chats. */
  sessionIds: (): string[] => {
    const ids = new Set(database.all<{ id: string }>('SELECT id FROM sessions').map((row) => row.id));
    const nextOf = 'SELECT min(session_id) AS id FROM conversations WHERE session_id > ?';
    const next = (after: string): string | null => database.get<{ id: string | null }>(nextOf, after)?.id ?? null;
    for (let id = next(''); id !== null; id = next(id)) ids.add(id);
    return [...ids];
  },
});
