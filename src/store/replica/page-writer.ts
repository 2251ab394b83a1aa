import type { EpochMs } from '../../session/units.ts';
import type { Store } from '../store.ts';
import type { Coming } from './open-rows.ts';
import { bookmarkOf, type PulledTable, type Row } from './page-rows.ts';
import type { ReplicaStore } from './replica-store.ts';
import { createRowWriter } from './row-writer.ts';

/** Writes pulled pages into the store. What is here already stays as it is, unless it was still open. */
export const createPageWriter = (store: Store, replica: ReplicaStore, now: () => EpochMs) => {
  const { database } = store;
  const writeRow = createRowWriter(store, replica, now);

  /**
   * Writes what came from there, so that it need not go back; `work` gives what is to be done with changes that must. When something
   * else waits as well, all of it goes: rows are keyed, so that costs time and nothing more.
   */
  const inStep = (work: () => (() => void) | undefined): void =>
    database.transaction(() => {
      const wasInStep = replica.readFrom() === store.changes.newest();
      const after = work();
      if (wasInStep) replica.skipTo(store.changes.newest());
      after?.();
    });

  return {
    /** Instructions of adopted rows, by session id, until their history has been written. */
    firstInstructions: new Map<string, string>(),

    inStep,
    /** One page and its bookmark in one transaction. */
    write: (sessionId: string, table: PulledTable, rows: readonly Row[], coming: Coming, bookmark: string): void =>
      inStep(() => {
        const changed: number[] = [];
        for (const row of rows) {
          const id = writeRow(sessionId, table, row, coming);
          if (id !== null) changed.push(id);
        }
        const last = rows.at(-1);
        if (last !== undefined) replica.setState(bookmark, JSON.stringify(bookmarkOf(table, last)));
        const key = table === 'messages' ? 'seq' : 'id';
        return () => {
          for (const id of changed) database.run(`UPDATE ${table} SET updated_at = ? WHERE ${key} = ?`, now(), id);
        };
      }),
  };
};
export type PageWriter = ReturnType<typeof createPageWriter>;
