import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { StoreFault } from '../../session/store-trouble.ts';
import { openQuietly } from '../open-quietly.ts';
import { storeFaultOf } from '../store-fault.ts';

/** What a look at the whole file found. */
export interface StoreCheck {
  /** Null: it is sound. */
  readonly fault: StoreFault | null;
  /** In SQLite's words, at most `mostProblems`. */
  readonly problems: readonly string[];
}

const mostProblems = 20;

const damaged = (problems: readonly string[]): StoreCheck => ({
  fault: { code: 'corrupt', words: problems[0] ?? 'damaged' },
  problems,
});

const textsOf = (rows: readonly Record<string, unknown>[], column: string): string[] =>
  rows.map((row) => String(row[column] ?? '')).filter((text) => text !== 'ok');

const checkPages = (database: DatabaseSync, how: 'quick' | 'full'): readonly string[] => {
  const pragma = how === 'quick' ? 'quick_check' : 'integrity_check';
  return textsOf(database.prepare(`PRAGMA ${pragma}(${mostProblems})`).all(), pragma);
};

/** Rows whose owner is gone. */
const checkReferences = (database: DatabaseSync): readonly string[] =>
  database
    .prepare('PRAGMA foreign_key_check')
    .all()
    .slice(0, mostProblems)
    .map((row) => `a row of ${String(row['table'])} belongs to none of ${String(row['parent'])}`);

/**
 * Reads a store through while others work with it: `quick` every page, `full` also every entry of every index and what rows refer to.
 * Changes nothing. It takes seconds for a large one: never in a process that others wait for.
 */
export const checkStore = (path: string, how: 'quick' | 'full'): StoreCheck => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { fault: { code: 'gone', words: 'the file is missing' }, problems: [] };
  if (found.size === 0) return { fault: { code: 'not-a-database', words: 'the file is empty' }, problems: [] };

  let database: DatabaseSync | null = null;
  try {
    database = openQuietly(path);
    const problems = checkPages(database, how);
    if (problems.length > 0) return damaged(problems);
    database.prepare('SELECT count(*) FROM sessions').get();

    const orphans = how === 'full' ? checkReferences(database) : [];
    return orphans.length > 0 ? damaged(orphans) : { fault: null, problems: [] };
  } catch (error) {
    const fault = storeFaultOf(error);
    if (fault === null) throw error;
    return { fault, problems: [fault.words] };
  } finally {
    database?.close();
  }
};
