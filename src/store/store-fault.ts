import type { StoreFault, StoreFaultCode } from '../session/store-trouble.ts';

/** SQLite's primary result codes (sqlite.org/rescode.html) that say that file or disk is at fault, and neither a lock nor our statement. */
const faults: ReadonlyMap<number, StoreFaultCode> = new Map([
  [3, 'read-only'],
  [8, 'read-only'],
  [10, 'io'],
  [11, 'corrupt'],
  [13, 'full'],
  [14, 'cannot-open'],
  [22, 'io'],
  [26, 'not-a-database'],
]);
/** SQLITE_READONLY_DBMOVED: the file is not where it was opened any more. */
const moved = 1032;
/** SQLITE_ERROR: our statement is wrong, or what it names is not there any more. Our statements name what the schema has. */
const noSuchTable = /^no such (?:table|column): /;

/** What an error of the store says of the store itself; null for locks, constraints and whatever is no error of SQLite. Pure. */
export const storeFaultOf = (error: unknown): StoreFault | null => {
  if (!(error instanceof Error)) return null;
  if (!('errcode' in error) || typeof error.errcode !== 'number')
    // What was opened with `openDatabase` carries SQLite's own error as its cause.
    return error.cause === undefined ? null : storeFaultOf(error.cause);

  const words = error.message.split('\n')[0] ?? '';
  if (error.errcode === moved) return { code: 'gone', words };
  if (error.errcode === 1) return noSuchTable.test(words) ? { code: 'corrupt', words } : null;
  const code = faults.get(error.errcode & 0xff);
  return code === undefined ? null : { code, words };
};
