import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import type { StoredSession } from '../session-store.ts';
import type { Store } from '../store.ts';
import type { Editable } from './config-mapping.ts';

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
  readonly removed: boolean;
  /** What of the last edit was not taken, in words. */
  readonly problem: string | null;
}

const columns = `session_id AS sessionId, session_name AS sessionName, synced_revision AS syncedRevision, sent_instructions AS sentInstructions,
  home_node AS homeNode, home_host AS homeHost, lease_epoch AS leaseEpoch, lease_until AS leaseUntil, removed, problem`;
type Row = Omit<ReplicaSession, 'removed'> & { removed: number };
const fromRow = (row: Row): ReplicaSession => ({ ...row, removed: row.removed === 1 });

export type RowKind = 'turn' | 'outbox' | 'event';
const birth = { turn: ['turns', 'started_at'], outbox: ['outbox', 'created_at'], event: ['events', 'at'] } as const;

export const createReplicaStore = (store: Store) => {
  const database: Database = store.database;
  const state = (key: string): string | null =>
    database.get<{ value: string }>('SELECT value FROM replica_state WHERE key = ?', key)?.value ?? null;
  const setState = (key: string, value: string): void => {
    database.run(
      'INSERT INTO replica_state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      key,
      value,
    );
  };
  const bornAt = (kind: RowKind, id: number): number | null => {
    const [table, column] = birth[kind];
    return database.get<{ at: number }>(`SELECT ${column} AS at FROM ${table} WHERE id = ?`, id)?.at ?? null;
  };
  const session = (sessionId: string): ReplicaSession | null => {
    const row = database.get<Row>(`SELECT ${columns} FROM replica_sessions WHERE session_id = ?`, sessionId);
    return row === undefined ? null : fromRow(row);
  };

  return {
    state,
    setState,
    forgetState: (key: string): void => {
      database.run('DELETE FROM replica_state WHERE key = ?', key);
    },
    /** Changes up to here have arrived. */
    cursor: (): number => Number(state('cursor') ?? 0),
    setCursor: (seq: number): void => setState('cursor', String(seq)),
    /** Where the next batch begins to read: the cursor, or behind rows that came from there and need not go back. */
    readFrom: (): number => {
      const cursor = Number(state('cursor') ?? 0);
      const skip = JSON.parse(state('skip') ?? '[-1,-1]') as [number, number];
      return skip[0] === cursor ? skip[1] : cursor;
    },
    skipTo: (seq: number): void => setState('skip', JSON.stringify([Number(state('cursor') ?? 0), seq])),

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
          'syncedRevision' | 'sentInstructions' | 'homeNode' | 'homeHost' | 'leaseEpoch' | 'leaseUntil' | 'problem'
        >
      >,
    ): void => {
      const old = session(id);
      if (old === null) return;
      const next = { ...old, ...changes };
      database.run(
        `UPDATE replica_sessions SET synced_revision = ?, sent_instructions = ?, home_node = ?, home_host = ?, lease_epoch = ?, lease_until = ?, problem = ?
         WHERE session_id = ?`,
        next.syncedRevision,
        next.sentInstructions,
        next.homeNode,
        next.homeHost,
        next.leaseEpoch,
        next.leaseUntil,
        next.problem,
        id,
      );
    },
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

    /**
     * The key of a turn, part or event in Supabase: `<store>:<id>:<when>`. A store that was restored from a backup gives its ids again; the time keeps
     * such rows apart. `at` null: the row is erased here, and the key is the beginning of the one that stands there.
     */
    rowKey: (kind: RowKind, id: number, at: number | null = bornAt(kind, id)): string =>
      (kind === 'event'
        ? undefined
        : database.get<{ k: string }>('SELECT row_key AS k FROM replica_keys WHERE kind = ? AND local_id = ?', kind, id)
            ?.k) ?? (at === null ? `${store.fleetId}:${id}` : `${store.fleetId}:${id}:${at}`),
    idOfKey: (kind: 'turn' | 'outbox', key: string): number | null => {
      const [fleet, id, at] = key.split(':');
      if (fleet === store.fleetId && bornAt(kind, Number(id)) === Number(at)) return Number(id);
      const found =
        database.get<{ id: number }>(
          'SELECT local_id AS id FROM replica_keys WHERE kind = ? AND row_key = ?',
          kind,
          key,
        )?.id ?? null;
      return found !== null && bornAt(kind, found) !== null ? found : null;
    },
    setKey: (kind: 'turn' | 'outbox', id: number, key: string): void => {
      database.run('INSERT OR REPLACE INTO replica_keys (kind, local_id, row_key) VALUES (?, ?, ?)', kind, id, key);
    },

    setAside: (kind: string, localId: string, changeSeq: number, reason: string, at: EpochMs): void => {
      database.run(
        `INSERT INTO replica_refused (kind, local_id, change_seq, reason, at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (kind, local_id) DO UPDATE SET change_seq = excluded.change_seq, reason = excluded.reason, at = excluded.at`,
        kind,
        localId,
        changeSeq,
        reason,
        at,
      );
    },
    /** Rows that were set aside and have not been changed, erased or sent since. */
    asideCount: (): number => database.get<{ n: number }>('SELECT count(*) AS n FROM replica_refused')?.n ?? 0,
    firstAside: (): string | null =>
      database.get<{ reason: string }>('SELECT reason FROM replica_refused ORDER BY at LIMIT 1')?.reason ?? null,
    forgetAside: (): void => {
      database.run('DELETE FROM replica_refused');
    },

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
      expectedPhone: stored.expectedPhone,
      desiredState: stored.desiredState,
      instructions:
        stored.instructionsVersion === null
          ? ''
          : (store.sessions.instructions(stored.id, stored.instructionsVersion)?.text ?? ''),
      config: stored.config,
    }),

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
  };
};
export type ReplicaStore = ReturnType<typeof createReplicaStore>;
