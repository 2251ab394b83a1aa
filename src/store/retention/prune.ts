import { inSlices, untilDone } from '../../pace/slices.ts';
import type { EpochMs } from '../../session/units.ts';
import { addTombstone } from '../changes.ts';
import type { Database } from '../database.ts';
import type { EraseOptions } from './erase-options.ts';
import { rowsBehind } from './rows-behind.ts';

/** Erasing by age, in slices that each hold the store for a moment only. */

const pruneMessages = (
  database: Database,
  sessionId: string,
  before: EpochMs,
  atMost: number,
  now: EpochMs,
): number => {
  const rows = database.all<{ seq: number; waId: string }>(
    `SELECT seq, wa_id AS waId FROM messages WHERE session_id = ? AND stored_at < ? AND outcome IS NOT 'pending'
         AND NOT (outcome IS 'held' AND outcome_code IN ('closed', 'draft')) LIMIT ?`,
    sessionId,
    before,
    atMost,
  );
  for (const row of rows) {
    database.run('DELETE FROM messages WHERE seq = ?', row.seq);
    addTombstone(database, 'message', sessionId, row.waId, now);
  }

  return rows.length;
};

/** Turns that ended. */
const pruneTurns = (database: Database, sessionId: string, before: EpochMs, atMost: number, now: EpochMs): number => {
  const turns = database.all<{ id: number }>(
    'SELECT id FROM turns WHERE session_id = ? AND started_at < ? AND finished_at IS NOT NULL LIMIT ?',
    sessionId,
    before,
    atMost,
  );
  for (const turn of turns) {
    database.run('DELETE FROM turns WHERE id = ?', turn.id);
    addTombstone(database, 'turn', sessionId, String(turn.id), now);
  }

  return turns.length;
};

const pruneParts = (database: Database, sessionId: string, before: EpochMs, atMost: number, now: EpochMs): number => {
  const parts = database.all<{ id: number }>(
    `SELECT id FROM outbox WHERE session_id = ? AND created_at < ? AND status NOT IN ('draft', 'queued', 'sending') LIMIT ?`,
    sessionId,
    before,
    atMost,
  );
  for (const part of parts) {
    database.run('DELETE FROM outbox WHERE id = ?', part.id);
    addTombstone(database, 'outbox', sessionId, String(part.id), now);
  }

  return parts.length;
};

/** A chat that was silent since keeps neither preview nor summary. Reads on from chat to chat: most were emptied before. */
const createSummaryPruning = (database: Database, sessionId: string, before: EpochMs, now: EpochMs) => {
  let mark = { at: -1, key: -1 };
  const behind = rowsBehind({
    table: 'conversations',
    at: 'last_at',
    key: 'id',
    columns: "(last_text <> '' OR context_summary IS NOT NULL) AS isFull",
    where: 'last_at < ?4',
    session: '?1',
    markAt: '?2',
    markKey: '?3',
  });

  return (atMost: number): { did: number; more: boolean } => {
    const chats = database.all<{ key: number; at: number; isFull: number }>(
      `${behind} LIMIT ?5`,
      sessionId,
      mark.at,
      mark.key,
      before,
      atMost,
    );
    for (const chat of chats)
      if (chat.isFull === 1)
        database.run(
          "UPDATE conversations SET last_text = '', context_summary = NULL, updated_at = ? WHERE id = ?",
          now,
          chat.key,
        );
    mark = chats.at(-1) ?? mark;
    return { did: chats.length, more: chats.length === atMost };
  };
};

/**
 * Erases messages, turns and parts of a session that are older than `before`; what waits for an answer, for opening or for a person stays.
 * Yields how many rows each slice looked after.
 */
export async function* pruneSession(
  database: Database,
  sessionId: string,
  before: EpochMs,
  options: EraseOptions,
): AsyncGenerator<number> {
  const { now } = options;
  const slicing = options.signal === undefined ? {} : { signal: options.signal };
  const kinds = [
    { what: 'messages', prune: pruneMessages },
    { what: 'turns', prune: pruneTurns },
    { what: 'parts', prune: pruneParts },
  ] as const;
  for (const { what, prune } of kinds) {
    const slice = (atMost: number): number =>
      database.slice(() => {
        const erased = prune(database, sessionId, before, atMost, now);
        if (erased > 0) options.count?.(what, erased);
        return erased;
      });
    yield* inSlices(slice, slicing);
  }

  const pruneSummaries = createSummaryPruning(database, sessionId, before, now);
  yield* untilDone((atMost) => database.slice(() => pruneSummaries(atMost)), slicing);
}

/** How long what only the operator reads is kept, days; 0: for ever. */
export interface KeepDays {
  readonly eventsDays: number;
  readonly incidentsDays: number;
  readonly alertsDays: number;
  readonly turnsDays: number;
}

const day = 86_400_000;

/** Looks at all rows of a table in the order of its key, and removes those that `isOld` finds; `?1` is the time before which they are old. */
const pagesOf = (database: Database, table: string, key: string, isOld: string, before: EpochMs) => {
  let mark = -1;

  return (atMost: number): { did: number; more: boolean } => {
    const page = database.get<{ last: number | null; looked: number }>(
      `SELECT max(${key}) AS last, count(*) AS looked FROM (SELECT ${key} FROM ${table} WHERE ${key} > ? ORDER BY ${key} LIMIT ?)`,
      mark,
      atMost,
    );
    if (page === undefined || page.last === null) return { did: 0, more: false };
    database.run(`DELETE FROM ${table} WHERE ${key} > ?2 AND ${key} <= ?3 AND ${isOld}`, before, mark, page.last);
    mark = page.last;
    return { did: page.looked, more: page.looked === atMost };
  };
};

/** Ids of all sessions that have turns, living or removed, without looking at each turn. */
const sessionsWithTurns = (database: Database): readonly string[] => {
  const ids: string[] = [];
  for (;;) {
    const next = database.get<{ id: string | null }>(
      'SELECT min(session_id) AS id FROM turns WHERE session_id > ?',
      ids.at(-1) ?? '',
    )?.id;
    if (next == null) return ids;
    ids.push(next);
  }
};

/** Removes what nobody reads any more, so that a store that runs for years stays small. Yields how many rows each slice looked at. */
export async function* pruneRecords(database: Database, keep: KeepDays, options: EraseOptions): AsyncGenerator<number> {
  const { now } = options;
  const slicing = options.signal === undefined ? {} : { signal: options.signal };
  const since = (days: number): EpochMs | null => (days <= 0 ? null : now - days * day);

  const events = since(keep.eventsDays);
  if (events !== null)
    yield* inSlices(
      (atMost) =>
        database.slice(
          () =>
            database.run(
              'DELETE FROM events WHERE id IN (SELECT id FROM events WHERE at < ? ORDER BY at LIMIT ?)',
              events,
              atMost,
            ).changes,
        ),
      slicing,
    );

  const turns = since(keep.turnsDays);
  if (turns !== null)
    for (const id of sessionsWithTurns(database))
      yield* inSlices((atMost) => database.slice(() => pruneTurns(database, id, turns, atMost, now)), slicing);

  const tables = [
    { table: 'incidents', key: 'id', isOld: 'ended_at < ?1', before: since(keep.incidentsDays) },
    { table: 'silences', key: 'id', isOld: 'ended_at < ?1', before: since(keep.incidentsDays) },
    { table: 'proposals', key: 'id', isOld: "state <> 'waiting' AND ended_at < ?1", before: turns },
    { table: 'rehearsals', key: 'id', isOld: 'ended_at < ?1 AND proposal_id IS NULL', before: turns },
    { table: 'alerts', key: 'id', isOld: 'at < ?1', before: since(keep.alertsDays) },
    // Without a replica nobody takes them; one that was away for so long begins anew.
    { table: 'tombstones', key: 'change_seq', isOld: 'at < ?1', before: since(keep.eventsDays) },
    { table: 'probe_runs', key: 'id', isOld: 'ended_at < ?1', before: since(keep.eventsDays) },
    { table: 'jobs', key: 'id', isOld: "state <> 'running' AND ended_at < ?1", before: since(keep.eventsDays) },
  ] as const;
  // A handful, and none that a person has still to decide on.
  if (turns !== null)
    database.slice(() => database.run('DELETE FROM canaries WHERE ended_at < ? AND decided_at IS NOT NULL', turns));
  for (const { table, key, isOld, before } of tables) {
    if (before === null) continue;
    const page = pagesOf(database, table, key, isOld, before);
    yield* untilDone((atMost) => database.slice(() => page(atMost)), slicing);
  }
}

/** How long counters are of use; what is older is read by nobody. */
const counters = [
  { table: 'activity_minutes', key: 'session_id, minute', at: 'minute', unitMs: 60_000, keepMs: 8 * day },
  { table: 'session_hours', key: 'session_id, hour', at: 'hour', unitMs: 60_000, keepMs: 35 * day },
  { table: 'session_quarters', key: 'session_id, quarter', at: 'quarter', unitMs: 900_000, keepMs: 2 * day },
  { table: 'fleet_quarters', key: 'quarter', at: 'quarter', unitMs: 900_000, keepMs: 2 * day },
  // Longer than a phone tells again what it has told.
  { table: 'probe_ids', key: 'message_id', at: 'at', unitMs: 1, keepMs: 60 * day },
] as const;

/** Removes counters that are older than their use. */
export async function* pruneActivity(database: Database, options: EraseOptions): AsyncGenerator<number> {
  const slicing = options.signal === undefined ? {} : { signal: options.signal };
  for (const { table, key, at, unitMs, keepMs } of counters) {
    const before = Math.floor((options.now - keepMs) / unitMs);
    const sql = `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${at} < ? LIMIT ?)`;
    yield* inSlices((atMost) => database.slice(() => database.run(sql, before, atMost).changes), slicing);
  }
}
