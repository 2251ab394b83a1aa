import type { Failover } from '../../session/failover.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { Database } from '../database.ts';

/** What this store remembers of one session's other side. */
export interface ReplicaSession {
  readonly sessionId: string;
  readonly sessionName: string;
  /** Revision on which both sides agreed last; 0: never. */
  readonly syncedRevision: number;
  readonly sentInstructions: number;
  readonly homeNode: string | null;
  readonly homeHost: string | null;
  readonly leaseEpoch: number;
  /** By our own clock, counted from before the lease was asked for. */
  readonly leaseUntil: EpochMs;
  /** The same on the machine's monotonic clock, which means something only in the boot that `leaseBoot` names; null: unknown. */
  readonly leaseMonotonicUntil: Milliseconds;
  readonly leaseBoot: string | null;
  readonly removed: boolean;
  /** What of the last edit was not taken, in words. */
  readonly problem: string | null;
}

const columns = `session_id AS sessionId, session_name AS sessionName, synced_revision AS syncedRevision, sent_instructions AS sentInstructions,
  home_node AS homeNode, home_host AS homeHost, lease_epoch AS leaseEpoch, lease_until AS leaseUntil,
  lease_monotonic_until AS leaseMonotonicUntil, lease_boot AS leaseBoot, removed, problem`;
type Row = Omit<ReplicaSession, 'removed'> & { removed: number };
const fromRow = (row: Row): ReplicaSession => ({ ...row, removed: row.removed === 1 });

/** The other side of each session: what both agreed on, where it runs, until when it may run here. */
export const createReplicaSessions = (database: Database) => {
  const session = (sessionId: string): ReplicaSession | null => {
    const row = database.get<Row>(`SELECT ${columns} FROM replica_sessions WHERE session_id = ?`, sessionId);
    return row === undefined ? null : fromRow(row);
  };

  return {
    session,
    sessions: (): ReplicaSession[] => database.all<Row>(`SELECT ${columns} FROM replica_sessions`).map(fromRow),

    known: (id: string, name: string): ReplicaSession => {
      database.run(
        'INSERT INTO replica_sessions (session_id, session_name) VALUES (?, ?) ON CONFLICT (session_id) DO NOTHING',
        id,
        name,
      );
      const found = session(id);
      if (found === null) throw new Error(`replica_sessions lost ${id}`);
      return found;
    },

    update: (
      id: string,
      changes: Partial<
        Pick<
          ReplicaSession,
          | 'syncedRevision'
          | 'sentInstructions'
          | 'homeNode'
          | 'homeHost'
          | 'leaseEpoch'
          | 'leaseUntil'
          | 'leaseMonotonicUntil'
          | 'leaseBoot'
          | 'problem'
        >
      >,
    ): void => {
      const old = session(id);
      if (old === null) return;
      const next = { ...old, ...changes };
      database.run(
        `UPDATE replica_sessions SET synced_revision = ?, sent_instructions = ?, home_node = ?, home_host = ?, lease_epoch = ?, lease_until = ?,
           lease_monotonic_until = ?, lease_boot = ?, problem = ?
         WHERE session_id = ?`,
        next.syncedRevision,
        next.sentInstructions,
        next.homeNode,
        next.homeHost,
        next.leaseEpoch,
        next.leaseUntil,
        next.leaseMonotonicUntil,
        next.leaseBoot,
        next.problem,
        id,
      );
    },

    failoverOf: (id: string): Failover =>
      database.get<{ failover: Failover }>('SELECT failover FROM sessions WHERE id = ?', id)?.failover ?? 'manual',

    /** Sessions that were sent and are gone here, unless another one has taken their name. */
    removedHere: (): ReplicaSession[] =>
      database
        .all<Row>(
          `SELECT ${columns} FROM replica_sessions r WHERE removed = 0 AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = r.session_id)
             AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.name = r.session_name)`,
        )
        .map(fromRow),

    markRemoved: (id: string): void => {
      database.run('UPDATE replica_sessions SET removed = 1, lease_until = 0 WHERE session_id = ?', id);
    },

    /** The name under which a session's rows lie in Supabase, also after it was removed here. */
    nameOf: (sessionId: string): string | null =>
      database.get<{ name: string }>('SELECT name FROM sessions WHERE id = ?', sessionId)?.name ??
      session(sessionId)?.sessionName ??
      database.get<{ name: string }>(
        'SELECT session_name AS name FROM conversations WHERE session_id = ? LIMIT 1',
        sessionId,
      )?.name ??
      null,
  };
};
