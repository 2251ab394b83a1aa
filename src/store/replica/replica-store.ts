import type { StoredSession } from '../session-store.ts';
import type { Store } from '../store.ts';
import type { Editable } from './config-mapping.ts';
import { createRefusedRows } from './refused-rows.ts';
import { createReplicaCounts } from './replica-counts.ts';
import { createReplicaCursor } from './replica-cursor.ts';
import { createReplicaSessions } from './replica-sessions.ts';
import { createRowKeys } from './row-keys.ts';

/** What this store knows of its replica; it lives in the store itself and goes with every backup. */
export const createReplicaStore = (store: Store) => {
  const { database } = store;

  return {
    ...createReplicaCursor(database),
    ...createReplicaSessions(database),
    ...createRowKeys(database, store.fleetId),
    ...createRefusedRows(database),
    ...createReplicaCounts(database),

    /** The session becomes a change again, so that it is sent. */
    touch: (id: string): void => {
      database.run('UPDATE sessions SET updated_at = updated_at WHERE id = ?', id);
    },

    setRevision: (id: string, revision: number): void => {
      database.run('UPDATE sessions SET revision = ? WHERE id = ?', revision, id);
    },

    setHome: (id: string, node: string): void => {
      database.run('UPDATE sessions SET home_node = ? WHERE id = ?', node, id);
    },

    editable: (stored: StoredSession): Editable => ({
      label: stored.label,
      replies: stored.replies,
      failover: stored.failover,
      expectedPhone: stored.expectedPhone,
      desiredState: stored.desiredState,
      instructions:
        stored.instructionsVersion === null
          ? ''
          : (store.sessions.instructions(stored.id, stored.instructionsVersion)?.text ?? ''),
      config: stored.config,
    }),
  };
};
export type ReplicaStore = ReturnType<typeof createReplicaStore>;
