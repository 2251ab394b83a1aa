import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import { readHookFacts, type StoredHookEvent } from './hook-facts.ts';
import { moveTo, nextInQueue } from './hook-place.ts';
import {
  type HookRow,
  hookColumns,
  hookEventColumns,
  hookFromRow,
  hookSource,
  type NextHookEvent,
  type StoredHook,
} from './hook-rows.ts';

/** Events on their way to hooks. */
export const createHookQueue = (database: Database) => {
  /** From the dead list, because a person wants it to be sent again. */
  const again = (hook: StoredHook): StoredHookEvent | undefined =>
    database.get<StoredHookEvent>(
      `SELECT ${hookEventColumns} FROM hook_dead d JOIN hook_events e ON e.id = d.event_id WHERE d.hook_id = ? AND d.is_due = 1
       ORDER BY d.event_id LIMIT 1`,
      hook.id,
    );

  return {
    /** Hooks that something waits for: what a look at an idle fleet costs is this one query. */
    awaited: (): StoredHook[] =>
      database
        .all<HookRow>(
          `SELECT ${hookColumns} ${hookSource} WHERE EXISTS (
             SELECT 1 FROM hook_events e WHERE e.session_id = h.session_id AND e.id > h.delivered_through
               AND e.type IN (SELECT value FROM json_each(h.events)))
           OR EXISTS (SELECT 1 FROM hook_dead d WHERE d.hook_id = h.id AND d.is_due = 1)`,
        )
        .map(hookFromRow),

    /** What is to be sent next: older ones that a person wants again come first. Null: nothing. */
    next: (hook: StoredHook): NextHookEvent | null => {
      const dead = again(hook);
      if (dead !== undefined) return { event: dead, isAgain: true };
      const event = nextInQueue(database, hook);
      return event === undefined ? null : { event, isAgain: false };
    },

    /** `data` beside its session; null: what it was of is gone. */
    facts: (event: StoredHookEvent) => readHookFacts(database, event),

    /** It was taken (or, `isTold` false, there was nothing left to tell). */
    passed: (hook: StoredHook, { event, isAgain }: NextHookEvent, isTold: boolean, now: EpochMs): void =>
      database.transaction(() => {
        if (isAgain) database.run('DELETE FROM hook_dead WHERE hook_id = ? AND event_id = ?', hook.id, event.id);
        else moveTo(database, hook, event.id);
        if (!isTold) return;
        database.run(
          `UPDATE hooks SET delivered = delivered + 1, delivered_at = ?, tries = 0, next_at = 0, failing_since = NULL, problem = NULL WHERE id = ?`,
          now,
          hook.id,
        );
      }),

    /** It was not taken, and all wait until `nextAt`; not where a person changed the hook meanwhile: that is tried at once. */
    failed: (hook: StoredHook, problem: string, nextAt: EpochMs, now: EpochMs): void => {
      database.run(
        'UPDATE hooks SET tries = tries + 1, next_at = ?, problem = ?, failing_since = coalesce(failing_since, ?) WHERE id = ? AND url = ? AND set_at = ?',
        nextAt,
        problem,
        now,
        hook.id,
        hook.url,
        hook.setAt,
      );
    },
  };
};
