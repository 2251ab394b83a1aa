import { inSlices } from '../../pace/slices.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';

/**
 * The rows of a chat that became one with another: what is open moves with the merge itself, and so does what was said last; the rest of
 * a long history follows in slices, because nobody else can write while one transaction moves a hundred thousand rows (measured: 20 s).
 */

/** Of each table, with the merge itself. */
export const movedAtOnce = 300;

interface Move {
  readonly sessionId: string;
  readonly from: number;
  readonly to: number;
}

/** What waits for an answer, an opening, a person or its sending: wherever it stands, it must not be missed for a moment. */
const openRows = [
  { table: 'messages', rows: "session_id = ?3 AND conversation_id = ?4 AND outcome = 'pending'" },
  {
    table: 'messages',
    rows: "seq IN (SELECT seq FROM messages WHERE session_id = ?3 AND outcome = 'held' AND conversation_id = ?4)",
  },
  {
    table: 'turns',
    rows: 'id IN (SELECT id FROM turns WHERE session_id = ?3 AND finished_at IS NULL AND conversation_id = ?4)',
  },
  { table: 'outbox', rows: "session_id = ?3 AND conversation_id = ?4 AND status IN ('queued', 'sending')" },
  { table: 'outbox', rows: "session_id = ?3 AND conversation_id = ?4 AND status = 'draft'" },
] as const;

export const moveOpenRows = (database: Database, { sessionId, from, to }: Move, now: EpochMs): void => {
  for (const { table, rows } of openRows)
    database.run(`UPDATE ${table} SET conversation_id = ?1, updated_at = ?2 WHERE ${rows}`, to, now, sessionId, from);
};

/** The newest first: whoever reads the chat meanwhile sees what was said last. */
const restOf = [
  { table: 'messages', key: 'seq', rows: 'messages WHERE conversation_id = ?3 ORDER BY seq DESC' },
  { table: 'turns', key: 'id', rows: 'turns WHERE conversation_id = ?3 ORDER BY id DESC' },
  { table: 'outbox', key: 'id', rows: "outbox WHERE conversation_id = ?3 AND status = 'sent' ORDER BY done_at DESC" },
  {
    table: 'outbox',
    key: 'id',
    rows: "outbox WHERE conversation_id = ?3 AND status <> 'sent' ORDER BY created_at DESC",
  },
] as const;

/** Moves at most so many rows of each table; how many were moved. */
export const moveSomeRows = (
  database: Database,
  { from, to }: Pick<Move, 'from' | 'to'>,
  atMost: number,
  now: EpochMs,
): number => {
  let moved = 0;
  for (const { table, key, rows } of restOf)
    moved += database.run(
      `UPDATE ${table} SET conversation_id = ?1, updated_at = ?2 WHERE ${key} IN (SELECT ${key} FROM ${rows} LIMIT ?4)`,
      to,
      now,
      from,
      atMost,
    ).changes;
  return moved;
};

/** Remembers what is still to be moved, also of chats that became one with the one that is gone now. */
export const rememberMove = (database: Database, { sessionId, from, to }: Move, now: EpochMs): void => {
  database.run('UPDATE conversation_merges SET kept_id = ? WHERE kept_id = ?', to, from);
  database.run(
    'INSERT OR REPLACE INTO conversation_merges (gone_id, kept_id, session_id, at) VALUES (?,?,?,?)',
    from,
    to,
    sessionId,
    now,
  );
};

/** The next chat whose rows are not all where they belong: of one session, or of any. */
export const nextMove = (database: Database, sessionId: string | null): Move | null =>
  database.get<Move>(
    `SELECT gone_id AS "from", kept_id AS "to", session_id AS sessionId FROM conversation_merges
       WHERE ?1 IS NULL OR session_id = ?1 ORDER BY gone_id LIMIT 1`,
    sessionId,
  ) ?? null;

/** Moves what merges left behind, in slices; yields how many rows each moved. */
export async function* finishMerges(
  database: Database,
  sessionId: string | null,
  now: () => EpochMs,
  signal?: AbortSignal,
): AsyncGenerator<number> {
  for (let move = nextMove(database, sessionId); move !== null; move = nextMove(database, sessionId)) {
    const { from } = move;
    // Read again each time: the chat that was kept may have become one with another meanwhile.
    const slice = (atMost: number): number =>
      database.slice(() => {
        const to = database.get<{ id: number }>(
          'SELECT kept_id AS id FROM conversation_merges WHERE gone_id = ?',
          from,
        );
        return to === undefined ? 0 : moveSomeRows(database, { from, to: to.id }, atMost, now());
      });
    yield* inSlices(slice, signal === undefined ? {} : { signal });
    database.run('DELETE FROM conversation_merges WHERE gone_id = ?', from);
  }
}
