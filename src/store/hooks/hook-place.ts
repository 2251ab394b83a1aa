import type { Database } from '../database.ts';
import type { StoredHookEvent } from './hook-facts.ts';
import { hookEventColumns, type StoredHook, typesOf } from './hook-rows.ts';

/** Where a hook stands in the queue of its session. */

/** The next one that it wants to hear. */
export const nextInQueue = (database: Database, hook: StoredHook): StoredHookEvent | undefined =>
  database.get<StoredHookEvent>(
    `SELECT ${hookEventColumns} FROM hook_events e WHERE e.session_id = ? AND e.id > ? AND e.type IN (SELECT value FROM json_each(?))
     ORDER BY e.id LIMIT 1`,
    hook.sessionId,
    hook.deliveredThrough,
    typesOf(hook),
  );

export const moveTo = (database: Database, hook: StoredHook, eventId: number): void => {
  database.run('UPDATE hooks SET delivered_through = max(delivered_through, ?) WHERE id = ?', eventId, hook.id);
};

/** Events that it does not want to hear keep nobody else's in the queue. */
export const moveOn = (database: Database, hook: StoredHook): void => {
  const waiting = nextInQueue(database, hook);
  const newest = database.get<{ id: number | null }>(
    'SELECT max(id) AS id FROM hook_events WHERE session_id = ?',
    hook.sessionId,
  )?.id;
  const passed = waiting === undefined ? (newest ?? 0) : waiting.id - 1;
  if (passed > hook.deliveredThrough) moveTo(database, hook, passed);
};
