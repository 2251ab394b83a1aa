import { statSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { FleetError } from '../session/fleet-error.ts';
import { cannotOpen, type Database, type Statement, statementOf } from './database.ts';
import { migrations } from './migrations.ts';
import { openQuietly } from './open-quietly.ts';
import { type Store, storeOn } from './store.ts';

/** The store for whoever only looks: nothing is written, migrated or made beside it. */

const readOnly = (): never => {
  throw new FleetError('failed', 'the store was opened to be read only.');
};

const databaseOn = (path: string, database: DatabaseSync): Database => {
  const statements = new Map<string, Statement>();
  const prepare = (sql: string): Statement => {
    const known = statements.get(sql);
    if (known !== undefined) return known;

    const statement = statementOf(database.prepare(sql));
    statements.set(sql, statement);
    return statement;
  };

  return {
    path,
    prepare,
    transaction: readOnly,
    run: readOnly,
    slice: readOnly,
    leaveCheckpoints: readOnly,
    checkpoint: readOnly,
    misplaced: () => null,
    // Rows are made by our own statements against our own schema; the callers' row types mirror it.
    all: <Row>(sql: string, ...values: SQLInputValue[]) => prepare(sql).all(...values) as Row[],
    get: <Row>(sql: string, ...values: SQLInputValue[]) => prepare(sql).get(...values) as Row | undefined,
    close: () => {
      if (database.isOpen) database.close();
    },
  };
};

const versionOf = (database: DatabaseSync): number =>
  Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);

/** A store as it would be made, in memory: what a fleet has that was never started. */
const emptyStore = (): Store => {
  const database = new DatabaseSync(':memory:');
  for (const { sql } of migrations) database.exec(sql);
  database.exec("INSERT INTO meta (key, value) VALUES ('fleet_id', '')");

  return storeOn(databaseOn(':memory:', database));
};

const refuseOtherSchema = (path: string, version: number): void => {
  const newest = migrations.length;
  if (version > newest)
    throw new FleetError(
      'failed',
      `${path} was written by a newer zap-fleet (schema ${version}, this one knows ${newest}). Install the newer version, or restore a backup.`,
    );
  if (version < newest)
    throw new FleetError(
      'unavailable',
      `${path} was written by an older zap-fleet (schema ${version}, this one has ${newest}). The next start brings it up: zap-fleet`,
    );
};

/** Opens the store to be read. One that is not there, or empty, is an empty fleet. Throws `failed` or `unavailable` with what to do. */
export const openStoreToRead = (path: string): Store => {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return emptyStore();

  let database: DatabaseSync | null = null;
  try {
    database = openQuietly(path);
    refuseOtherSchema(path, versionOf(database));

    return storeOn(databaseOn(path, database));
  } catch (error) {
    database?.close();
    if (error instanceof FleetError) throw error;
    throw cannotOpen(path, error);
  }
};
