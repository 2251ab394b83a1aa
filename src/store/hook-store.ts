import { randomUUID } from 'node:crypto';
import type { Hook, HookLine } from '../session/hook.ts';
import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';
import { createDeadEvents } from './hooks/dead-events.ts';
import { moveOn, nextInQueue } from './hooks/hook-place.ts';
import { createHookQueue } from './hooks/hook-queue.ts';
import { type HookRow, hookColumns, hookFromRow, hookSource, type StoredHook, typesOf } from './hooks/hook-rows.ts';

export type { NextHookEvent, StoredHook } from './hooks/hook-rows.ts';

/** Hooks of sessions, how far each has come, and the events that wait for them. Their secrets are not in the store (src/settings/hook-secrets.ts). */

/** What was wrong with it is no news of what it is now. How often it failed stays: it is told of when it takes events again. */
const tryAtOnce = 'next_at = 0, problem = NULL, failing_since = NULL';

/** What a person set. */
export type SetHook = Hook & Pick<StoredHook, 'setAt' | 'setBy'>;

const createHookDefinitions = (database: Database) => {
  /** Whoever looks at the session sees that it changed. */
  const touch = (sessionId: string, now: EpochMs): void => {
    database.run('UPDATE sessions SET revision = revision + 1, updated_at = ? WHERE id = ?', now, sessionId);
  };

  const get = (sessionId: string, name: string): StoredHook | null => {
    const row = database.get<HookRow>(
      `SELECT ${hookColumns} ${hookSource} WHERE h.session_id = ? AND h.name = ?`,
      sessionId,
      name,
    );
    return row === undefined ? null : hookFromRow(row);
  };

  const write = (sessionId: string, hook: Hook, by: string, at: EpochMs): void => {
    const known = get(sessionId, hook.name);
    // Of what it did not want to hear until now it hears what happens from now on, as far as nothing waits for it.
    if (known !== null) moveOn(database, known);
    const newest = database.get<{ id: number | null }>('SELECT max(id) AS id FROM hook_events')?.id ?? 0;
    database.run(
      `INSERT INTO hooks (id, session_id, name, url, events, allow_hosts, set_at, set_by, delivered_through) VALUES (?,?,?,?,?,?,?,?,?)
       ON CONFLICT (session_id, name) DO UPDATE SET url = excluded.url, events = excluded.events, allow_hosts = excluded.allow_hosts,
         set_at = excluded.set_at, set_by = excluded.set_by, ${tryAtOnce}`,
      randomUUID(),
      sessionId,
      hook.name,
      hook.url,
      typesOf(hook),
      JSON.stringify(hook.allowHosts),
      at,
      by,
      newest,
    );
  };

  return {
    /** Of one session by name; null: of all. */
    list: (sessionId: string | null): StoredHook[] =>
      (sessionId === null
        ? database.all<HookRow>(`SELECT ${hookColumns} ${hookSource} ORDER BY h.id`)
        : database.all<HookRow>(`SELECT ${hookColumns} ${hookSource} WHERE h.session_id = ? ORDER BY h.name`, sessionId)
      ).map(hookFromRow),
    get,
    /** A new one hears what happens from now on; one that is changed is tried at once. */
    put: (sessionId: string, hook: Hook, by: string, now: EpochMs): void =>
      database.transaction(() => {
        write(sessionId, hook, by, now);
        touch(sessionId, now);
      }),
    /** In the place of all that it has. What waits for one that stays goes on waiting. */
    replaceAll: (sessionId: string, hooks: readonly SetHook[], now: EpochMs): void =>
      database.transaction(() => {
        database.run(
          'DELETE FROM hooks WHERE session_id = ? AND name NOT IN (SELECT value FROM json_each(?))',
          sessionId,
          JSON.stringify(hooks.map(({ name }) => name)),
        );
        for (const { setAt, setBy, ...hook } of hooks) write(sessionId, hook, setBy, setAt);
        touch(sessionId, now);
      }),
    /** Whether there was one. */
    remove: (sessionId: string, name: string, now: EpochMs): boolean =>
      database.transaction(() => {
        const removed =
          database.run('DELETE FROM hooks WHERE session_id = ? AND name = ?', sessionId, name).changes > 0;
        if (removed) touch(sessionId, now);
        return removed;
      }),
    /** It took something that is in no queue: what waits is tried at once. */
    tookTest: (hook: StoredHook): void => {
      database.run(`UPDATE hooks SET ${tryAtOnce} WHERE id = ? AND url = ?`, hook.id, hook.url);
    },
    /** Whether people should hear that it takes nothing: something waits for it, or more than one event came to nothing since it does. */
    isStuck: (hook: StoredHook): boolean =>
      nextInQueue(database, hook) !== undefined ||
      database.all(
        'SELECT 1 FROM hook_dead WHERE hook_id = ? AND died_at >= ? LIMIT 2',
        hook.id,
        hook.failingSince ?? Number.MAX_SAFE_INTEGER,
      ).length === 2,
    /** Those that took nothing when they were tried last. */
    failing: (): StoredHook[] =>
      database
        .all<HookRow>(`SELECT ${hookColumns} ${hookSource} WHERE h.failing_since IS NOT NULL ORDER BY h.id`)
        .map(hookFromRow),
    isAny: (): boolean => database.get('SELECT 1 FROM hooks LIMIT 1') !== undefined,
    /** How it stands, without what lies outside of the store. */
    standing: (hook: StoredHook): Pick<HookLine, 'waiting' | 'oldestAt' | 'dead'> => {
      const queue = database.get<{ waiting: number; oldestAt: EpochMs | null }>(
        `SELECT count(*) AS waiting, min(at) AS oldestAt FROM hook_events
         WHERE session_id = ? AND id > ? AND type IN (SELECT value FROM json_each(?))`,
        hook.sessionId,
        hook.deliveredThrough,
        typesOf(hook),
      );
      const dead = database.get<{ n: number }>('SELECT count(*) AS n FROM hook_dead WHERE hook_id = ?', hook.id)?.n;
      return { waiting: queue?.waiting ?? 0, oldestAt: queue?.oldestAt ?? null, dead: dead ?? 0 };
    },
  };
};

export const createHookStore = (database: Database) => ({
  ...createHookDefinitions(database),
  ...createHookQueue(database),
  ...createDeadEvents(database),
});
export type HookStore = ReturnType<typeof createHookStore>;
