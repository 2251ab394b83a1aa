import type { DatabaseSync } from 'node:sqlite';

/** Reads what can be read of one table whose pages are partly damaged. */

type Row = Record<string, unknown>;

interface Source {
  readonly database: DatabaseSync;
  readonly table: string;
  /** Quoted. */
  readonly columns: readonly string[];
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** A damaged leaf of some 25 rows takes some 50 halvings, a damaged page above 400 such leaves 20,000: then the rest is given up. */
const mostHalvings = 20_000;
/** So many looks all over a table without one row: its first page is gone, and with it the way to every other. */
const mostInVain = 1000;
/** Where the end of a table cannot be read, and nothing counts its rows: those tables are small. */
const farthest = 1_000_000;

const isOfSqlite = (error: unknown): boolean => error instanceof Error && 'errcode' in error;

/** The value, or null where SQLite cannot read it. */
const readable = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch (error) {
    if (!isOfSqlite(error)) throw error;
    return null;
  }
};

/** Where a table ends, and whether that is more than a guess. */
const endOf = ({ database, table }: Source): { readonly end: number; readonly isKnown: boolean } => {
  const newest = readable(() => database.prepare(`SELECT max(rowid) AS n FROM "${table}" NOT INDEXED`).get()?.['n']);
  if (newest !== null) return { end: Number(newest ?? 0), isKnown: true };
  const counted = readable(
    () => database.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').get(table)?.['seq'],
  );
  return typeof counted === 'number' ? { end: counted, isKnown: true } : { end: farthest, isKnown: false };
};

/**
 * Every row of a table with row numbers that can be read, each once; how many numbers could not be: `Infinity` where nothing says how many
 * there were. Ranges are read from both ends up to
 * the damage, and what is left between is halved, the largest first: what is whole is never given up for what is not.
 */
export const salvageRows = (source: Source, take: (row: Row) => void): number => {
  const { database, table, columns } = source;
  const select = `SELECT rowid AS "salvaged rowid", ${columns.join(', ')} FROM "${table}" NOT INDEXED WHERE rowid BETWEEN ? AND ?`;
  const upward = database.prepare(`${select} ORDER BY rowid`);
  const downward = database.prepare(`${select} ORDER BY rowid DESC`);
  // A damaged page may hold any number.
  for (const statement of [upward, downward]) statement.setReadBigInts(true);

  let taken = 0;
  /** The last row number that was read; null: the range is read to its end. */
  const readOn = (statement: typeof upward, { from, to }: Range, start: number): number | null => {
    let last = start;
    const isWhole = readable(() => {
      for (const row of statement.iterate(from, to)) {
        last = Number(row['salvaged rowid']);
        take(row);
        taken += 1;
      }
      return true;
    });
    return isWhole === true ? null : last;
  };

  let lost = 0;
  let halvings = 0;
  const { end, isKnown } = endOf(source);
  const ranges: Range[] = [{ from: 0, to: end }];
  for (let range = ranges.shift(); range !== undefined; range = ranges.shift()) {
    const upTo = readOn(upward, range, range.from - 1);
    if (upTo === null) continue;
    const downTo = readOn(downward, { from: upTo + 1, to: range.to }, range.to + 1);
    if (downTo === null) continue;

    const from = upTo + 1;
    const to = downTo - 1;
    if (from > to) continue;
    if (from === to || halvings >= (taken === 0 ? mostInVain : mostHalvings)) {
      lost += to - from + 1;
      continue;
    }
    halvings += 1;
    const middle = Math.floor((from + to) / 2);
    ranges.push({ from, to: middle }, { from: middle + 1, to });
  }
  return lost > 0 && !isKnown ? Number.POSITIVE_INFINITY : lost;
};

/** The same for a table that is its own index: from both ends up to the damage; at least one row is lost between. */
export const salvageKeyed = (
  source: Source & { readonly key: readonly string[] },
  take: (row: Row) => void,
): number => {
  const { database, table, columns, key } = source;
  const readFrom = (direction: 'ASC' | 'DESC'): boolean => {
    const order = key.map((column) => `"${column}" ${direction}`).join(', ');
    return (
      readable(() => {
        const statement = database.prepare(`SELECT ${columns.join(', ')} FROM "${table}" ORDER BY ${order}`);
        statement.setReadBigInts(true);
        for (const row of statement.iterate()) take(row);
        return true;
      }) === true
    );
  };

  if (readFrom('ASC')) return 0;
  readFrom('DESC');
  return 1;
};
