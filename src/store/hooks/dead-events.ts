import { type DeadHookEvent, deadKeptFor, hookBounds, hookTriesFor } from '../../session/hook.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import { moveOn, moveTo } from './hook-place.ts';
import { type NextHookEvent, type StoredHook, typesOf } from './hook-rows.ts';

/** What hooks did not take, and the end of what they have passed. */
export const createDeadEvents = (database: Database) => {
  /** Those that wait, up to this one, go to the dead list: how many. None of one that was removed meanwhile. */
  const buryUpTo = (hook: StoredHook, eventId: number, reason: string, now: EpochMs): number => {
    const { changes } = database.run(
      `INSERT INTO hook_dead (hook_id, event_id, died_at, reason)
       SELECT h.id, e.id, ?, ? FROM hooks h JOIN hook_events e ON e.session_id = h.session_id
       WHERE h.id = ? AND e.id > ? AND e.id <= ? AND e.type IN (SELECT value FROM json_each(?))
       ON CONFLICT DO NOTHING`,
      now,
      reason,
      hook.id,
      hook.deliveredThrough,
      eventId,
      typesOf(hook),
    );
    moveTo(database, hook, eventId);
    return changes;
  };

  /** Beyond so many nobody looks through a list. */
  const forgetOldest = (hook: StoredHook, atMost: number): number =>
    database.run(
      `DELETE FROM hook_dead WHERE hook_id = ?1 AND is_due = 0 AND event_id IN (
         SELECT event_id FROM hook_dead WHERE hook_id = ?1 ORDER BY event_id DESC LIMIT ?2 OFFSET ${hookBounds.deadKept})`,
      hook.id,
      atMost,
    ).changes;

  return {
    /** This one goes to the dead list (or stays on it), and the next one is sent: how many are new there. */
    bury: (hook: StoredHook, { event, isAgain }: NextHookEvent, reason: string, now: EpochMs): number =>
      database.transaction(() => {
        if (!isAgain) {
          database.run('UPDATE hooks SET tries = 0, next_at = 0 WHERE id = ?', hook.id);
          return buryUpTo(hook, event.id, reason, now);
        }
        database.run(
          'UPDATE hook_dead SET is_due = 0, died_at = ?, reason = ? WHERE hook_id = ? AND event_id = ?',
          now,
          reason,
          hook.id,
          event.id,
        );
        return 0;
      }),

    /** All that have waited for a day go to the dead list: how many. */
    buryOld: (hook: StoredHook, reason: string, now: EpochMs): number =>
      database.transaction(() => {
        const last = database.get<{ id: number | null }>(
          'SELECT max(id) AS id FROM hook_events WHERE session_id = ? AND id > ? AND at <= ?',
          hook.sessionId,
          hook.deliveredThrough,
          now - hookTriesFor,
        )?.id;
        return last === null || last === undefined ? 0 : buryUpTo(hook, last, reason, now);
      }),

    /** Newest first. */
    dead: (hook: StoredHook): DeadHookEvent[] =>
      database
        .all<Omit<DeadHookEvent, 'isDue'> & { isDue: number }>(
          `SELECT e.id, e.type, e.at, d.died_at AS diedAt, d.reason, d.is_due AS isDue FROM hook_dead d JOIN hook_events e ON e.id = d.event_id
           WHERE d.hook_id = ? ORDER BY d.event_id DESC LIMIT ${hookBounds.deadShown}`,
          hook.id,
        )
        .map((row) => ({ ...row, isDue: row.isDue === 1 })),

    /** They are sent again, in their order, before what is newer: how many. */
    wantAgain: (hook: StoredHook): number =>
      database.transaction(() => {
        database.run('UPDATE hooks SET next_at = 0 WHERE id = ?', hook.id);
        return database.run('UPDATE hook_dead SET is_due = 1 WHERE hook_id = ? AND is_due = 0', hook.id).changes;
      }),

    /** The address takes none of them: they stay on the list, for this reason. How many. */
    wantNoneAgain: (hook: StoredHook, reason: string): number =>
      database.run('UPDATE hook_dead SET is_due = 0, reason = ? WHERE hook_id = ? AND is_due = 1', reason, hook.id)
        .changes,

    hasDead: (hook: StoredHook): boolean =>
      database.get('SELECT 1 FROM hook_dead WHERE hook_id = ? LIMIT 1', hook.id) !== undefined,

    /** What every hook of its session has passed, and what lay dead for its time. At most so many rows of a session; how many went. */
    prune: (hooks: readonly StoredHook[], now: EpochMs, atMost: number): number =>
      database.transaction(() => {
        let gone = database.run('DELETE FROM hook_dead WHERE died_at <= ? AND is_due = 0', now - deadKeptFor).changes;
        for (const hook of hooks) {
          moveOn(database, hook);
          gone += forgetOldest(hook, atMost);
        }
        for (const sessionId of new Set(hooks.map((hook) => hook.sessionId)))
          gone += database.run(
            `DELETE FROM hook_events WHERE id IN (
               SELECT e.id FROM hook_events e WHERE e.session_id = ?1
                 AND e.id <= (SELECT min(delivered_through) FROM hooks WHERE session_id = ?1)
                 AND NOT EXISTS (SELECT 1 FROM hook_dead d WHERE d.event_id = e.id) ORDER BY e.id LIMIT ?2)`,
            sessionId,
            atMost,
          ).changes;
        return gone;
      }),
  };
};
