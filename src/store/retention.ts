import type { ConversationStore } from './conversation-store.ts';
import type { Database } from './database.ts';
import type { ErasedCounts } from './retention/erased-counts.ts';
import { createConversationExport } from './retention/export-conversations.ts';
import { createPruning } from './retention/prune.ts';
import { createPurge } from './retention/purge.ts';

export type { ErasedCustomer } from './retention/purge.ts';

/** What is kept for how long: pruning by age, erasing a customer or a session, taking a copy along. */
export const createRetention = (database: Database, conversations: ConversationStore) => ({
  ...createPruning(database),
  ...createPurge(database, conversations),
  ...createConversationExport(database),

  /** How much a delete would leave or erase. */
  countsOf: (sessionId: string): ErasedCounts => {
    const one = (sql: string): number => database.get<{ n: number }>(sql, sessionId)?.n ?? 0;
    return {
      conversations: one('SELECT count(*) AS n FROM conversations WHERE session_id = ?'),
      messages: one('SELECT count(*) AS n FROM messages WHERE session_id = ?'),
      turns: one('SELECT count(*) AS n FROM turns WHERE session_id = ?'),
      parts: one('SELECT count(*) AS n FROM outbox WHERE session_id = ?'),
    };
  },
});
export type Retention = ReturnType<typeof createRetention>;
