import { rmSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { migrations } from '../migrations.ts';
import { readableCopy, removeCopy } from './readable-copy.ts';
import { salvageKeyed, salvageRows } from './salvage-rows.ts';

/** What could be read of a damaged store, row by row, into a fresh file. */
export interface Salvaged {
  readonly rows: number;
  /** At most so many rows could not be read, or fitted nowhere any more; `Infinity` (null as JSON): nothing says how many there were. */
  readonly lost: number;
  readonly sessions: number;
}

/** `at most 25 were lost`. */
export const lostWords = ({ lost }: Pick<Salvaged, 'lost'>): string => {
  if (lost === 0) return 'none was lost';
  return Number.isFinite(lost) ? `at most ${lost} were lost` : 'how many were lost cannot be told';
};

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly key: readonly string[];
  readonly hasRowid: boolean;
}

const textsOf = (rows: readonly Record<string, unknown>[]): string[] => rows.map((row) => String(row['name']));

/** A file with the tables of that schema version, and nothing in them. */
const createFresh = (path: string, version: number): DatabaseSync => {
  const fresh = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  fresh.exec('PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON');
  // One commit: each table by itself would wait for the disk two or three times.
  fresh.exec('BEGIN');
  for (const { sql } of migrations.slice(0, version)) fresh.exec(sql);
  fresh.exec(`PRAGMA user_version = ${version}; COMMIT`);
  return fresh;
};

const tablesOf = (fresh: DatabaseSync): readonly Table[] => {
  const listed = fresh.prepare(
    "SELECT name, wr AS bare FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
  );
  const columnsOf = fresh.prepare('SELECT name, pk FROM pragma_table_info(?)');

  return listed.all().map(({ name, bare }) => {
    const columns = columnsOf.all(String(name));
    const key = columns.filter(({ pk }) => Number(pk) > 0).sort((a, b) => Number(a['pk']) - Number(b['pk']));
    return { name: String(name), columns: textsOf(columns), key: textsOf(key), hasRowid: Number(bare) === 0 };
  });
};

/** Without them a copied row would count as a new change. */
const withoutTriggers = (fresh: DatabaseSync, work: () => void): void => {
  const triggers = fresh.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
  for (const { name } of triggers) fresh.exec(`DROP TRIGGER "${String(name)}"`);
  work();
  for (const { sql } of triggers) fresh.exec(String(sql));
};

/** Which columns both have: a store of the same version whose schema can be read has all of them. */
const sharedColumns = (damaged: DatabaseSync, table: Table): readonly string[] => {
  const there = new Set(textsOf(damaged.prepare('SELECT name FROM pragma_table_info(?)').all(table.name)));
  return table.columns.filter((column) => there.has(column));
};

/** Told of how many rows of a table were read so far. */
export type SalvageProgress = (table: string, rows: number) => void;

/** Rows between two words of progress. */
const toldEvery = 10_000;

const copyTable = (
  damaged: DatabaseSync,
  fresh: DatabaseSync,
  table: Table,
  told: SalvageProgress,
): { rows: number; lost: number } => {
  const columns = sharedColumns(damaged, table);
  if (columns.length === 0) return { rows: 0, lost: 0 };

  const quoted = columns.map((column) => `"${column}"`);
  const insert = fresh.prepare(
    `INSERT OR REPLACE INTO "${table.name}" (${quoted.join(', ')}) VALUES (${quoted.map(() => '?').join(', ')})`,
  );
  let rows = 0;
  let misfits = 0;
  const take = (row: Record<string, unknown>): void => {
    try {
      insert.run(...columns.map((column) => row[column] as SQLInputValue));
      rows += 1;
      if (rows % toldEvery === 0) told(table.name, rows);
    } catch (error) {
      if (!(error instanceof Error && 'errcode' in error)) throw error;
      // What a damaged page says may be of the wrong type, or twice.
      misfits += 1;
    }
  };
  const source = { database: damaged, table: table.name, columns: quoted };
  const lost = table.hasRowid ? salvageRows(source, take) : salvageKeyed({ ...source, key: table.key }, take);

  return { rows, lost: lost + misfits };
};

/** Rows of chats whose chat could not be read: whoever reads them would look for it. */
const dropOrphans = (fresh: DatabaseSync, tables: readonly Table[]): number => {
  const ofChats = tables
    .filter(({ columns }) => columns.includes('conversation_id'))
    .map(({ name }) => `DELETE FROM "${name}" WHERE conversation_id NOT IN (SELECT id FROM conversations)`);
  const statements = [...ofChats, 'DELETE FROM instructions WHERE session_id NOT IN (SELECT id FROM sessions)'];

  return statements.reduce((sum, sql) => sum + Number(fresh.prepare(sql).run().changes), 0);
};

const changedTables = ['sessions', 'events', 'conversations', 'messages', 'turns', 'outbox'] as const;

/** Numbers that were given are not given again, whatever became of the row that counted them. */
const raiseCounters = (damaged: DatabaseSync, fresh: DatabaseSync, known: number): void => {
  const newest = changedTables.map((table) => `(SELECT coalesce(max(change_seq), 0) FROM ${table})`).join(', ');
  if (fresh.prepare('SELECT count(*) AS n FROM change_counter').get()?.['n'] !== 1)
    fresh.exec('DELETE FROM change_counter; INSERT INTO change_counter (value) VALUES (0)');
  fresh.prepare(`UPDATE change_counter SET value = max(value, ?, ${newest})`).run(known);

  try {
    for (const { name, seq } of damaged.prepare('SELECT name, seq FROM sqlite_sequence').all())
      fresh.prepare('UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?').run(seq ?? 0, name ?? '');
  } catch (error) {
    if (!(error instanceof Error && 'errcode' in error)) throw error;
  }
};

/** Everything that both have, without a trigger that would count it as new. */
const copyAll = (damaged: DatabaseSync, fresh: DatabaseSync, known: number, told: SalvageProgress): Salvaged => {
  let rows = 0;
  let lost = 0;
  fresh.exec('BEGIN');
  withoutTriggers(fresh, () => {
    // What the migrations put there is in the damaged store, too.
    fresh.exec('DELETE FROM change_counter');
    const tables = tablesOf(fresh);
    for (const table of tables) {
      const copied = copyTable(damaged, fresh, table, told);
      rows += copied.rows;
      lost += copied.lost;
    }
    lost += dropOrphans(fresh, tables);
    raiseCounters(damaged, fresh, known);
  });
  const hasIndex = fresh.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'knowledge_words'").get() !== undefined;
  if (hasIndex) fresh.exec("INSERT INTO knowledge_words (knowledge_words) VALUES ('rebuild')");
  fresh.exec('COMMIT');

  return { rows, lost, sessions: Number(fresh.prepare('SELECT count(*) AS n FROM sessions').get()?.['n'] ?? 0) };
};

/** What both files are opened for. */
const salvageBetween = (from: string, to: string, known: number, told: SalvageProgress): Salvaged => {
  const damaged = new DatabaseSync(from, { readOnly: true, timeout: 5000 });
  try {
    const version = Number(damaged.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
    damaged.prepare('SELECT count(*) FROM sqlite_schema').get();
    rmSync(to);
    const fresh = createFresh(to, version === 0 || version > migrations.length ? migrations.length : version);
    try {
      return copyAll(damaged, fresh, known, told);
    } finally {
      fresh.close();
    }
  } finally {
    damaged.close();
  }
};

/** `to` is a file that is not there yet. Throws SQLite's error when not even the schema of the damaged store can be read. */
export const salvageStore = (
  from: string,
  to: string,
  known: number,
  told: SalvageProgress = () => undefined,
): Salvaged => {
  createFresh(to, migrations.length).close();
  const copy = `${to}.damaged`;
  try {
    return salvageBetween(readableCopy(from, copy, to), to, known, told);
  } finally {
    removeCopy(copy);
  }
};
