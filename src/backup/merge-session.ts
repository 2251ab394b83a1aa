import { DatabaseSync } from 'node:sqlite';
import { FleetError } from '../session/fleet-error.ts';
import type { SessionName } from '../session/session-name.ts';
import { openDatabase } from '../store/database.ts';
import { tablesBySession } from './copy-database.ts';

/** Rows of these are numbered across sessions; a number that another session has here would mix two clients' conversations. */
const isNumbered = (database: DatabaseSync, table: string): string | null => {
  const rows = database.prepare(`SELECT name, type FROM pragma_table_info(?) WHERE pk = 1`).all(table);
  const [row] = rows;
  return rows.length === 1 && row?.['type'] === 'INTEGER' ? String(row['name']) : null;
};

/** What replaces what is here, as the configuration does; everything else is history. */
const replacing: ReadonlySet<string> = new Set([
  'hooks',
  'instructions',
  'knowledge_files',
  'knowledge_passages',
  'knowledge_vectors',
  'knowledge_meaning',
  'session_files',
  'tools',
]);
/** Its numbers are nobody's but this store's own: they are given anew. */
const numberedAnew: ReadonlySet<string> = new Set(['knowledge_passages']);

const columnsOf = (database: DatabaseSync, schema: 'main' | 'restored', table: string): readonly string[] =>
  database
    .prepare('SELECT name FROM pragma_table_info(?, ?)')
    .all(table, schema)
    .map((row) => String(row['name']));

/**
 * Rows that belong to a conversation come along only with it: one that points at a number which only this fleet has would put its words
 * into another client's chat.
 */
const inOwnConversation = (columns: readonly string[]): string =>
  columns.includes('conversation_id')
    ? ` AND conversation_id IN (SELECT id FROM ${ownConversations} UNION SELECT gone_id FROM ${ownMerges})`
    : '';
const ownConversations = '(SELECT id FROM restored.conversations WHERE session_id = ?1)';
/** Chats that were becoming one: their rows still stand under the number that is gone, which must be nobody's here. */
const ownMerges = `(SELECT gone_id FROM restored.conversation_merges WHERE session_id = ?1 AND kept_id IN ${ownConversations}
  AND gone_id NOT IN (SELECT id FROM main.conversations))`;
const ownMergesOnly = (table: string): string =>
  table === 'conversation_merges' ? ` AND gone_id IN (SELECT gone_id FROM ${ownMerges})` : '';

/**
 * Joins one session of a restored (and migrated) store to the fleet's own: its configuration and instructions replace what is here,
 * its history is added where it is missing. False when the history had to be left out. Throws `already-exists` when another session
 * has its name.
 */
export const mergeSession = (into: string, from: string, name: SessionName): boolean => {
  // Migrates the fleet's own store first, so that both have one shape.
  openDatabase(into).close();
  const database = new DatabaseSync(into, { timeout: 5000, enableForeignKeyConstraints: true });
  try {
    database.prepare('ATTACH ? AS restored').run(from);
    const restored = database.prepare('SELECT id FROM restored.sessions WHERE name = ?').get(name);
    const id = restored?.['id'];
    if (typeof id !== 'string')
      throw new FleetError('failed', `this backup holds no session ${name}. Use another one.`);
    const present = database.prepare('SELECT id FROM sessions WHERE name = ?').get(name);
    if (present !== undefined && present['id'] !== id)
      throw new FleetError('already-exists', `another session is named ${name} here. Delete that one first.`);

    const tables = tablesBySession(database).filter((table) => columnsOf(database, 'restored', table).length > 0);
    const numbered = tables.filter((table) => isNumbered(database, table) !== null && !numberedAnew.has(table));
    const isTaken = numbered.some((table) => {
      const key = isNumbered(database, table);
      return (
        database
          .prepare(
            `SELECT 1 FROM restored."${table}" r JOIN main."${table}" m ON m."${key}" = r."${key}"
             WHERE r.session_id = ? AND m.session_id IS NOT r.session_id LIMIT 1`,
          )
          .get(id) !== undefined
      );
    });

    const copy = (table: string, how: 'IGNORE' | 'REPLACE', key: string): void => {
      const shared = columnsOf(database, 'main', table).filter(
        // Counted anew by the store's triggers, so that a replica sees the rows as new.
        (column) =>
          column !== 'change_seq' &&
          !(numberedAnew.has(table) && column === isNumbered(database, table)) &&
          columnsOf(database, 'restored', table).includes(column),
      );
      const list = shared.map((column) => `"${column}"`).join(', ');
      database
        .prepare(
          `INSERT OR ${how} INTO main."${table}" (${list}) SELECT ${list} FROM restored."${table}" WHERE ${key} = ?1${inOwnConversation(shared)}${ownMergesOnly(table)}`,
        )
        .run(id);
    };
    database.exec('BEGIN IMMEDIATE');
    for (const table of replacing)
      if (tables.includes(table)) database.prepare(`DELETE FROM "${table}" WHERE session_id = ?`).run(id);
    database.prepare('DELETE FROM sessions WHERE id = ?').run(id);
    copy('sessions', 'REPLACE', 'id');
    for (const table of tables) {
      if (table === 'sessions') continue;
      const replaces = replacing.has(table);
      if (replaces || !isTaken) copy(table, replaces ? 'REPLACE' : 'IGNORE', 'session_id');
    }
    database
      .prepare(
        "INSERT OR REPLACE INTO main.meta (key, value) SELECT key, value FROM restored.meta WHERE key = 'restored:' || ?",
      )
      .run(id);
    // Numbers of another store's events say nothing here: they hear what happens from now on.
    database
      .prepare(
        'UPDATE hooks SET delivered_through = (SELECT coalesce(max(id), 0) FROM hook_events), tries = 0, next_at = 0, failing_since = NULL, problem = NULL WHERE session_id = ?',
      )
      .run(id);
    database.exec('COMMIT');
    return !isTaken;
  } finally {
    database.close();
  }
};
