import * as sqlite from 'node:sqlite';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { SessionName } from '../session/session-name.ts';
import { schemaProblem } from './check-schema.ts';

const busyTimeoutMs = 5000;

interface Named {
  readonly name: string;
}

const tablesWhere = (database: sqlite.DatabaseSync, condition: string): readonly string[] =>
  (
    database
      .prepare(
        `SELECT t.name AS name FROM pragma_table_list t WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
         AND ${condition} (SELECT 1 FROM pragma_table_info(t.name) c WHERE c.name = 'session_id') ORDER BY t.name`,
      )
      .all() as unknown as Named[]
  ).map(({ name }) => name);

/**
 * What was tried and measured here says nothing elsewhere, and its numbers (or those of the turns that it belongs to) are given by each store
 * for itself: in an archive of one session they would meet those of others, and its history would be left out for their sake.
 */
const ofThisStore: ReadonlySet<string> = new Set([
  'rehearsals',
  'probe_runs',
  'proposals',
  'proposal_sources',
  'tool_calls',
  'brain_waits',
  'hook_events',
]);

/** Tables that say whose a row is. */
export const tablesBySession = (database: sqlite.DatabaseSync): readonly string[] =>
  tablesWhere(database, 'EXISTS').filter((name) => !ofThisStore.has(name));

/** What every store has; `meta` is looked at by its keys. */
const kept: ReadonlySet<string> = new Set(['sessions', 'meta', 'change_counter']);
/** Tables that speak of the whole fleet: incidents, alerts, jobs, the replica. In no archive of one session. */
export const tablesOfFleet = (database: sqlite.DatabaseSync): readonly string[] => [
  ...tablesWhere(database, 'NOT EXISTS').filter((name) => !kept.has(name)),
  ...tablesWhere(database, 'EXISTS').filter((name) => ofThisStore.has(name)),
];

/** An index is made anew of what is left: it remembers words of what was deleted. One of a store from before has none. */
export const rebuildIndexes = (database: sqlite.DatabaseSync): void => {
  const has = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'knowledge_words'").get() !== undefined;
  if (has) database.exec("INSERT INTO knowledge_words (knowledge_words) VALUES ('rebuild')");
};

/** Takes out every other session, and vacuums: nothing of them stays in free pages. */
const keepOnly = (path: string, session: SessionName): void => {
  const database = new sqlite.DatabaseSync(path, { enableForeignKeyConstraints: true });
  try {
    database.exec('PRAGMA journal_mode=DELETE');
    const row = database.prepare('SELECT id FROM sessions WHERE name = ?').get(session);
    const id = row?.['id'];
    if (typeof id !== 'string')
      throw new FleetError('no-such-session', `there is no session ${session}. See: zap-fleet ls`);
    database.exec('BEGIN');
    database.prepare('DELETE FROM sessions WHERE id <> ?').run(id);
    for (const table of tablesBySession(database))
      database.prepare(`DELETE FROM "${table}" WHERE session_id IS NOT ?`).run(id);
    for (const table of tablesOfFleet(database)) database.exec(`DELETE FROM "${table}"`);
    database.exec("DELETE FROM meta WHERE key <> 'fleet_id'");
    rebuildIndexes(database);
    database.exec('COMMIT; VACUUM');
  } finally {
    database.close();
  }
};

export interface CopiedDatabase {
  readonly fleetId: string;
  readonly sessions: readonly { readonly id: string; readonly name: SessionName }[];
}

/** A store that erased a lot is mostly zeros: a copy leaves them out, or its archive would look like a bomb. */
const mostFree = 0.25;
const dropFreePages = (database: sqlite.DatabaseSync): void => {
  const free = Number(database.prepare('PRAGMA freelist_count').get()?.['freelist_count'] ?? 0);
  const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count'] ?? 0);
  if (free > mostFree * pages) database.exec('VACUUM');
};

/** Copies the store as it is at one moment, while others write to it; with `session` only what belongs to that one. */
export const copyDatabase = async (from: string, to: string, session: SessionName | null): Promise<CopiedDatabase> => {
  const source = new sqlite.DatabaseSync(from, { readOnly: true, timeout: busyTimeoutMs });
  try {
    // All pages in one step of one read transaction: in WAL mode it blocks no writer, and no writer makes it start again.
    if (typeof sqlite.backup === 'function') await sqlite.backup(source, to, { rate: 2 ** 30 });
    else source.prepare('VACUUM INTO ?').run(to);
  } catch (error) {
    throw new FleetError('failed', `the database could not be copied: ${messageOf(error)}. Check the disk.`, {
      cause: error,
    });
  } finally {
    source.close();
  }
  if (session !== null) keepOnly(to, session);
  const copy = new sqlite.DatabaseSync(to);
  try {
    // One file, without -wal and -shm beside it.
    copy.exec('PRAGMA journal_mode=DELETE');
    dropFreePages(copy);
    const fleetId = copy.prepare("SELECT value FROM meta WHERE key = 'fleet_id'").get()?.['value'];
    const sessions = copy.prepare('SELECT id, name FROM sessions ORDER BY name').all();
    return {
      fleetId: String(fleetId ?? ''),
      sessions: sessions.map((row) => ({ id: String(row['id']), name: String(row['name']) as SessionName })),
    };
  } finally {
    copy.close();
  }
};

/**
 * Throws `failed` unless SQLite finds the file whole and its schema is ours. The schema comes first: a whole check computes whatever
 * expressions a schema holds.
 */
export const checkDatabase = (path: string): void => {
  const notOurs = (why: string, cause?: unknown): FleetError =>
    new FleetError('failed', `the database in the backup is damaged or not one of ours: ${why}. Use another one.`, {
      cause,
    });
  const database = new sqlite.DatabaseSync(path, { readOnly: true });
  try {
    database.exec('PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON');
    const problem = schemaProblem(database);
    if (problem !== null) throw notOurs(problem);

    const [first] = database.prepare('PRAGMA integrity_check(1)').all();
    if (first?.['integrity_check'] !== 'ok') throw notOurs(String(first?.['integrity_check']));
    const [orphan] = database.prepare('PRAGMA foreign_key_check').all();
    if (orphan !== undefined) throw notOurs(`rows of ${String(orphan['table'])} belong to nothing`);
  } catch (error) {
    if (error instanceof FleetError) throw error;
    throw notOurs(messageOf(error), error);
  } finally {
    database.close();
  }
};
