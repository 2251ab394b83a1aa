import type { StoredTotals } from '../session/records.ts';
import type { ConversationStore } from './conversation-store.ts';
import { probeChatIds } from './conversations/probe-chats.ts';
import type { Database } from './database.ts';
import { countRows } from './retention/count-rows.ts';
import { eraseCustomer, type FoundCustomer, findCustomer } from './retention/erase-customer.ts';
import type { EraseOptions, EraseProgress, SessionRef } from './retention/erase-options.ts';
import { eraseSession } from './retention/erase-session.ts';
import { createConversationExport } from './retention/export-conversations.ts';
import { type KeepDays, pruneActivity, pruneRecords, pruneSession } from './retention/prune.ts';
import { createReceipts } from './retention/receipts.ts';

/** What is kept for how long: pruning by age, erasing a customer or a session, taking a copy along. What may be long goes in slices. */
export const createRetention = (database: Database, conversations: ConversationStore) => ({
  ...createReceipts(database),
  ...createConversationExport(database),

  findCustomer: (sessionId: string, phone: string): FoundCustomer => findCustomer(conversations, sessionId, phone),
  eraseCustomer: (session: SessionRef, found: FoundCustomer, options: EraseOptions): AsyncGenerator<EraseProgress> =>
    eraseCustomer(database, session, found, options),
  eraseSession: (session: SessionRef, options: EraseOptions): AsyncGenerator<EraseProgress> =>
    eraseSession(database, session, options),
  pruneSession: (sessionId: string, before: number, options: EraseOptions): AsyncGenerator<number> =>
    pruneSession(database, sessionId, before, options),
  pruneRecords: (keep: KeepDays, options: EraseOptions): AsyncGenerator<number> =>
    pruneRecords(database, keep, options),
  pruneActivity: (options: EraseOptions): AsyncGenerator<number> => pruneActivity(database, options),

  /** How much a delete would leave or erase. */
  totalsOf: async (sessionId: string): Promise<StoredTotals> => {
    const probes = database.all<{ id: number }>(`${probeChatIds} AND session_id = ?`, sessionId);
    const inProbes = probes.map(
      ({ id }) =>
        database.get<{ n: number }>('SELECT count(*) AS n FROM messages WHERE conversation_id = ?', id)?.n ?? 0,
    );
    return {
      chats: (await countRows(database, 'conversations', sessionId)) - probes.length,
      messages: (await countRows(database, 'messages', sessionId)) - inProbes.reduce((sum, n) => sum + n, 0),
    };
  },
});
export type Retention = ReturnType<typeof createRetention>;
