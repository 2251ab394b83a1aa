import {
  DatabaseSync,
  type SQLInputValue,
  type SQLOutputValue,
  type StatementResultingChanges,
  type StatementSync,
} from 'node:sqlite';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { StoreFault } from '../session/store-trouble.ts';
import { filesInPlace, refuseOrphanedWal } from './files-in-place.ts';
import { type Migration, migrations } from './migrations.ts';
import { storeFaultOf } from './store-fault.ts';

/** What the store does with a prepared statement. */
export interface Statement {
  all(...values: StatementValue[]): Record<string, SQLOutputValue>[];
  get(...values: StatementValue[]): Record<string, SQLOutputValue> | undefined;
  run(...values: StatementValue[]): StatementResultingChanges;
  iterate(...values: StatementValue[]): IterableIterator<Record<string, SQLOutputValue>>;
}
/** By place, or one object by name. */
export type StatementValue = SQLInputValue | Readonly<Record<string, SQLInputValue>>;

/**
 * The SQLite working store. WAL, synchronous FULL and a busy timeout of 5 s, because many processes write at once and a power cut may
 * come at any line. Measured: with SQLite's default timeout of 0, 629 of 12,000 writes from 10 processes failed; with 5 s, none.
 */
export interface Database {
  readonly path: string;
  /** Runs `work` in one IMMEDIATE transaction; nested calls join the outer one. */
  transaction<T>(work: () => T): T;
  /** A prepared statement, kept for the life of the database. */
  prepare(sql: string): Statement;
  all<Row>(sql: string, ...values: SQLInputValue[]): Row[];
  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined;
  run(sql: string, ...values: SQLInputValue[]): { changes: number; lastInsertRowid: number };
  /**
   * The same without waiting for the disk: for what may be done again after a power cut. It is durable with the next ordinary transaction
   * of whichever process.
   */
  slice<T>(work: () => T): T;
  /** The log is moved into the database by somebody else from now on, and not with our own commits. */
  leaveCheckpoints(): void;
  /** Moves the write-ahead log into the database, without waiting for anybody. Whether all of it was moved. */
  checkpoint(how: 'passive' | 'truncate'): boolean;
  /** What happened to its files since it was opened: taken away or replaced, so that what is written now is nobody's. Null: nothing. */
  misplaced(): StoreFault | null;
  close(): void;
}

export interface DatabaseOptions {
  /** Told of every error that is a fault of file or disk, before it is thrown on. */
  readonly onFault?: (fault: StoreFault) => void;
  /** Told after every statement that may have written. */
  readonly onWrite?: () => void;
}

const busyTimeoutMs = 5000;

const applyMigrations = (database: DatabaseSync, path: string, list: readonly Migration[]): void => {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  const newest = list.length;
  if (version > newest) {
    throw new FleetError(
      'failed',
      `${path} was written by a newer zap-fleet (schema ${version}, this one knows ${newest}). Install the newer version, or restore a backup.`,
    );
  }
  if (version === newest) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have migrated while we waited for the lock.
    const now = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
    for (let step = now; step < newest; step += 1) {
      const migration = list[step];
      if (migration !== undefined) database.exec(migration.sql);
    }
    database.exec(`PRAGMA user_version = ${newest}`);
    database.exec('COMMIT');
    // A WAL may be lost; a file without any table in it would look like a fleet that never was.
    if (version === 0) database.exec('PRAGMA wal_checkpoint(PASSIVE)');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
};

/** Opens the file as every process of the fleet does. */
const openFile = (path: string): DatabaseSync => {
  refuseOrphanedWal(path);
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
  try {
    // Before the first table, or never: free space can be given back in slices later. On a database that is there it would only write.
    if (database.prepare('PRAGMA page_count').get()?.['page_count'] === 0)
      database.exec('PRAGMA auto_vacuum=INCREMENTAL');
    // secure_delete from the first row on: a customer who is erased must not be left in the free space of pages that were rewritten earlier.
    database.exec(
      'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=1000; PRAGMA secure_delete=ON',
    );
    applyMigrations(database, path, migrations);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
};

/** What to tell of a store that cannot be opened, and what mends it. */
export const cannotOpen = (path: string, error: unknown): FleetError => {
  const fault = storeFaultOf(error);
  const isDamaged = fault?.code === 'corrupt' || fault?.code === 'not-a-database';
  const mend = isDamaged
    ? 'Look at it with: zap-fleet store check. Mend it with: zap-fleet store repair'
    : 'Check the disk and permissions, or restore a backup.';
  return new FleetError('failed', `cannot open the database ${path}: ${messageOf(error)}. ${mend}`, { cause: error });
};

/** Runs each work of the store and tells of what is a fault of file or disk. */
const watched =
  (onFault: DatabaseOptions['onFault']) =>
  <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      const fault = onFault === undefined ? null : storeFaultOf(error);
      if (fault !== null) onFault?.(fault);
      throw error;
    }
  };

/** A statement that tells of faults also while it is being read row by row. */
export const statementOf = (
  statement: StatementSync,
  watch: ReturnType<typeof watched> = watched(undefined),
  wrote: () => void = () => undefined,
): Statement => {
  // Node's types know the object only in the first place, where ours stands too.
  const given = (values: readonly StatementValue[]): SQLInputValue[] => values as SQLInputValue[];

  return {
    all: (...values) => watch(() => statement.all(...given(values))),
    get: (...values) => watch(() => statement.get(...given(values))),
    run: (...values) => {
      const result = watch(() => statement.run(...given(values)));
      wrote();
      return result;
    },
    *iterate(...values) {
      const rows = watch(() => statement.iterate(...given(values)));
      try {
        for (let next = watch(() => rows.next()); next.done !== true; next = watch(() => rows.next())) yield next.value;
      } finally {
        rows.return?.();
      }
    },
  };
};

/** Opens (and makes or migrates) the store. Throws `failed` with what to do when it cannot be opened or is newer than the program. */
export const openDatabase = (path: string, options: DatabaseOptions = {}): Database => {
  const watch = watched(options.onFault);
  let database: DatabaseSync;
  try {
    database = watch(() => openFile(path));
  } catch (error) {
    if (error instanceof FleetError) throw error;
    throw cannotOpen(path, error);
  }

  const wrote = (): void => options.onWrite?.();
  const misplaced = filesInPlace(path);
  const statements = new Map<string, Statement>();
  const prepare = (sql: string): Statement => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = statementOf(
        watch(() => database.prepare(sql)),
        watch,
        wrote,
      );
      statements.set(sql, statement);
    }
    return statement;
  };

  let depth = 0;
  const transaction = <T>(work: () => T): T => {
    if (depth > 0) return work();
    watch(() => database.exec('BEGIN IMMEDIATE'));
    depth = 1;
    try {
      const result = work();
      watch(() => database.exec('COMMIT'));
      wrote();
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    } finally {
      depth = 0;
    }
  };

  return {
    path,
    prepare,
    transaction,
    slice: (work) => {
      if (depth > 0) return work();
      database.exec('PRAGMA synchronous=NORMAL');
      try {
        return transaction(work);
      } finally {
        database.exec('PRAGMA synchronous=FULL');
      }
    },
    leaveCheckpoints: () => database.exec('PRAGMA wal_autocheckpoint=0'),
    // Rows are made by our own statements against our own schema; the callers' row types mirror it.
    all: <Row>(sql: string, ...values: SQLInputValue[]) => prepare(sql).all(...values) as Row[],
    get: <Row>(sql: string, ...values: SQLInputValue[]) => prepare(sql).get(...values) as Row | undefined,
    run: (sql, ...values) => {
      const result = prepare(sql).run(...values);
      return { changes: Number(result.changes), lastInsertRowid: Number(result.lastInsertRowid) };
    },
    checkpoint: (how) => {
      // With the usual timeout a reader would keep the caller waiting for seconds.
      database.exec('PRAGMA busy_timeout = 0');
      try {
        const row = prepare(`PRAGMA wal_checkpoint(${how === 'passive' ? 'PASSIVE' : 'TRUNCATE'})`).get();
        return row?.['busy'] === 0 && row['log'] === row['checkpointed'];
      } finally {
        database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
      }
    },
    misplaced,
    close: () => {
      if (database.isOpen) database.close();
    },
  };
};
