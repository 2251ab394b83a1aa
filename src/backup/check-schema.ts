import { DatabaseSync } from 'node:sqlite';
import { migrations } from '../store/migrations.ts';

/**
 * A database from elsewhere can hold what SQLite runs by itself: triggers, views, expressions in indexes and columns. So its schema is held
 * against the one that our migrations make, word for word, before any statement of ours touches a row.
 */

interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  readonly sql: string | null;
}

const schemaOf = (database: DatabaseSync): readonly SchemaRow[] =>
  database
    .prepare('SELECT type, name, tbl_name AS "table", sql FROM sqlite_schema')
    .all()
    .map((row) => ({
      type: String(row['type']),
      name: String(row['name']),
      table: String(row['table']),
      sql: row['sql'] === null ? null : String(row['sql']).replace(/\s+/g, ' '),
    }));

/** What `ANALYZE` makes: numbers for SQLite's planner. */
const statistics: ReadonlySet<string> = new Set([
  'CREATE TABLE sqlite_stat1(tbl,idx,stat)',
  'CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)',
]);

const keyOf = ({ type, name, table }: SchemaRow): string => `${type} ${name} ${table}`;

const ownSchemas = new Map<number, ReadonlyMap<string, SchemaRow>>();
/** What the first so many migrations make of an empty file. */
const ownSchema = (version: number): ReadonlyMap<string, SchemaRow> => {
  const known = ownSchemas.get(version);
  if (known !== undefined) return known;

  const empty = new DatabaseSync(':memory:');
  try {
    for (const { sql } of migrations.slice(0, version)) empty.exec(sql);
    const schema = new Map(schemaOf(empty).map((row) => [keyOf(row), row]));
    ownSchemas.set(version, schema);
    return schema;
  } finally {
    empty.close();
  }
};

/** Why this database is none of ours, or null. `database` is open for reading; nothing but its schema is read. */
export const schemaProblem = (database: DatabaseSync): string | null => {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (version > migrations.length)
    return `it was written by a newer zap-fleet (schema ${version}, this one knows ${migrations.length})`;
  if (version < 1) return 'it is no store of a fleet';

  const own = ownSchema(version);
  const found = schemaOf(database);
  for (const row of found) {
    const expected = own.get(keyOf(row));
    if (expected === undefined && statistics.has(row.sql ?? '')) continue;
    const shown = JSON.stringify(row.name.slice(0, 100));
    if (expected === undefined) return `it holds the ${row.type} ${shown}, which no zap-fleet made`;
    if (expected.sql !== row.sql) return `its ${row.type} ${shown} is not as zap-fleet makes it`;
  }
  const names = new Set(found.map(keyOf));
  const lost = [...own.values()].find((row) => !names.has(keyOf(row)));
  if (lost !== undefined) return `it lacks the ${lost.type} ${lost.name}`;
  return found.length === names.size ? null : 'its schema says a thing twice';
};
