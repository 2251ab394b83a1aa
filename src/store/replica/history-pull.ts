import { inSlices } from '../../pace/slices.ts';
import type { Store } from '../store.ts';
import { type Coming, oldestOpen } from './open-rows.ts';
import { type PulledTable, pulledTables, type Row } from './page-rows.ts';
import type { PageWriter } from './page-writer.ts';
import type { ReplicaStore } from './replica-store.ts';
import type { SupabaseDoor } from './supabase-door.ts';

export interface HistoryPullOptions {
  readonly replica: ReplicaStore;
  readonly door: SupabaseDoor;
  readonly pageRows: number;
  readonly store: Store;
}

const bookmarkName = (sessionId: string, table: PulledTable): string => `pull:${sessionId}:${table}`;

/** Brings what was said in a session, page by page; each page is written in slices, and each of these with its bookmark. */
export const createHistoryPull = ({ store, replica, door, pageRows }: HistoryPullOptions, writer: PageWriter) => {
  let pulled = 0;
  let told: (rows: number) => void = () => undefined;

  const writePage = async (
    sessionId: string,
    table: PulledTable,
    rows: readonly Row[],
    coming: Coming,
    bookmark: string,
  ): Promise<void> => {
    let at = 0;
    const writeSome = (atMost: number): number => {
      const some = rows.slice(at, at + atMost);
      if (some.length > 0) writer.write(sessionId, table, some, coming, bookmark);
      at += some.length;
      return some.length;
    };
    for await (const written of inSlices(writeSome)) {
      pulled += written;
      told(pulled);
    }
  };

  const pullTable = async (sessionId: string, table: PulledTable, coming: Coming): Promise<void> => {
    const bookmark = bookmarkName(sessionId, table);
    for (;;) {
      const after: unknown = JSON.parse(replica.state(bookmark) ?? '[]');
      const rows = await door.call('zap_fleet_page', {
        p_table: table,
        p_session_key: sessionId,
        p_after: after,
        p_limit: pageRows,
      });
      if (rows.length === 0) return;
      await writePage(sessionId, table, rows, coming, bookmark);
      if (rows.length < pageRows) return;
    }
  };

  return {
    pullHistory: async (sessionId: string, coming: Coming): Promise<void> => {
      for (const table of pulledTables) await pullTable(sessionId, table, coming);
    },
    /** What was open here when the session went away is read again, however long it was here before. */
    goBackToOpen: (sessionId: string): void => {
      for (const [table, at] of Object.entries(oldestOpen(store, sessionId))) {
        if (at === null) continue;
        const bookmark = bookmarkName(sessionId, table as PulledTable);
        const [reached] = JSON.parse(replica.state(bookmark) ?? '[]') as [number?];
        if (reached !== undefined && reached >= at) replica.setState(bookmark, JSON.stringify([at - 1]));
      }
    },
    /** Counts from 0 again, and tells how many rows have come. */
    tell: (onRows: (rows: number) => void): void => {
      pulled = 0;
      told = onRows;
    },
  };
};
