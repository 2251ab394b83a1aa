import type { Database } from './database.ts';

/** Tables that a replica follows, in the order in which their rows refer to each other. */
const replicatedTables = ['sessions', 'conversations', 'turns', 'outbox', 'messages', 'events'] as const;
export type ReplicatedTable = (typeof replicatedTables)[number];

export interface ChangedRow {
  readonly changeSeq: number;
  readonly table: ReplicatedTable;
  /** The whole row by column name. */
  readonly row: Readonly<Record<string, string | number | null>>;
}

/** What was erased, so that a replica erases it too. `session`: the session was removed, its history stays; `history`: all that was said in it is erased. `rowKey`: session and history → its id, conversation → chat id, merged (two chats became one) → the chat id that is gone and the one that stays, message → WhatsApp's id, turn and outbox → id. */
export interface Tombstone {
  readonly changeSeq: number;
  readonly kind: 'session' | 'history' | 'conversation' | 'merged' | 'message' | 'turn' | 'outbox';
  readonly sessionId: string;
  readonly rowKey: string;
}

const countedExactly = 10_000;

/** Number of the change that a page of ?2 after ?1 ends with; no row: the page takes all there are. */
const lastOfPage = `SELECT seq FROM (${replicatedTables
  .map(
    (table) =>
      `SELECT * FROM (SELECT change_seq AS seq FROM ${table} WHERE change_seq > ?1 ORDER BY change_seq LIMIT ?2)`,
  )
  .join(' UNION ALL ')}) ORDER BY seq LIMIT 1 OFFSET ?3`;

type RawRow = Record<string, string | number | null>;

export const createChanges = (database: Database) => ({
  /** The newest change; rows up to it are committed. */
  newest: (): number => database.get<{ value: number }>('SELECT value FROM change_counter')?.value ?? 0,

  /**
   * Rows changed after `since`, in order of change, at most `limit`: every row in its newest form. Reading on from the last changeSeq
   * misses nothing, because numbers appear in commit order.
   */
  since: (since: number, limit: number): ChangedRow[] => {
    // Where it ends is found in the indices first: whole rows are read only of what is given.
    const last = database.get<{ seq: number }>(lastOfPage, since, limit, limit - 1)?.seq;

    return replicatedTables
      .flatMap((table) =>
        database
          .all<RawRow>(
            `SELECT * FROM ${table} WHERE change_seq > ? AND change_seq <= ? ORDER BY change_seq`,
            since,
            last ?? Number.MAX_SAFE_INTEGER,
          )
          .map((row): ChangedRow => ({ changeSeq: Number(row['change_seq']), table, row })),
      )
      .sort((a, b) => a.changeSeq - b.changeSeq);
  },

  /**
   * How many rows changed after `since`: what a replica that is away has waiting. Exact up to 10,000 of a table; beyond, the number of
   * changes since then, which is at least as many: it is asked for after every batch, and a million rows are not counted each time.
   */
  countSince: (since: number): number => {
    let sum = 0;
    for (const table of replicatedTables) {
      const counted = `SELECT count(*) AS n FROM (SELECT 1 FROM ${table} WHERE change_seq > ? LIMIT ${countedExactly})`;
      const n = database.get<{ n: number }>(counted, since)?.n ?? 0;
      if (n === countedExactly)
        return (database.get<{ value: number }>('SELECT value FROM change_counter')?.value ?? 0) - since;
      sum += n;
    }
    return sum;
  },

  tombstonesSince: (since: number, limit: number): Tombstone[] =>
    database.all<Tombstone>(
      `SELECT change_seq AS changeSeq, kind, session_id AS sessionId, row_key AS rowKey FROM tombstones
       WHERE change_seq > ? ORDER BY change_seq LIMIT ?`,
      since,
      limit,
    ),
  /** The replica has erased them: they need not be remembered. */
  forgetTombstones: (through: number): void => {
    database.run('DELETE FROM tombstones WHERE change_seq <= ?', through);
  },
});
export type Changes = ReturnType<typeof createChanges>;

/** Records an erasure in the order of changes. Call inside the transaction that erases. */
export const addTombstone = (
  database: Database,
  kind: Tombstone['kind'],
  sessionId: string,
  rowKey: string,
  now: number,
): void => {
  database.run('UPDATE change_counter SET value = value + 1');
  database.run(
    'INSERT INTO tombstones (change_seq, kind, session_id, row_key, at) VALUES ((SELECT value FROM change_counter), ?, ?, ?, ?)',
    kind,
    sessionId,
    rowKey,
    now,
  );
};
