import { inSlices, type SliceOptions } from '../../pace/slices.ts';
import type { Database } from '../database.ts';
import { rowsBehind } from './rows-behind.ts';

/** Tables that are counted along an index of session and time. */
const counted = {
  conversations: { key: 'id', at: 'last_at' },
  messages: { key: 'seq', at: 'stored_at' },
  turns: { key: 'id', at: 'started_at' },
  outbox: { key: 'id', at: 'created_at' },
} as const;
export type CountedTable = keyof typeof counted;

/** A million entries of an index are counted in 30 to 80 ms: in one piece too long for a loop that is promised to answer within 50. */
const countedAtOnce = 40_000;

/** How many rows of a session a table has, counted in slices. What changes meanwhile may or may not be in it. */
export const countRows = async (
  database: Database,
  table: CountedTable,
  sessionId: string,
  options: Pick<SliceOptions, 'signal'> = {},
): Promise<number> => {
  const { key, at } = counted[table];
  let after: { readonly at: number; readonly key: number } | null = { at: -1, key: -1 };
  let total = 0;

  const behind = rowsBehind({ table, at, key, session: '?1', markAt: '?2', markKey: '?3' });

  const countSome = (atMost: number): number => {
    if (after === null) return 0;
    const mark: { readonly at: number; readonly key: number } | undefined = database.get(
      `${behind} LIMIT 1 OFFSET ?4`,
      sessionId,
      after.at,
      after.key,
      atMost - 1,
    );
    const rest =
      mark === undefined
        ? (database.get<{ n: number }>(
            `SELECT count(*) AS n FROM (${behind} LIMIT ?4)`,
            sessionId,
            after.at,
            after.key,
            atMost,
          )?.n ?? 0)
        : atMost;
    after = mark ?? null;
    total += rest;
    return Math.max(1, rest);
  };
  for await (const _ of inSlices(countSome, { ...options, firstSize: 5000, maxSize: countedAtOnce })) void 0;

  return total;
};

/** How many rows a table has, counted in slices along its key. */
export const countTable = async (database: Database, table: string, key: string): Promise<number> => {
  let mark: number | null = -1;
  let total = 0;
  const countSome = (atMost: number): number => {
    if (mark === null) return 0;
    const page: { readonly last: number | null; readonly n: number } | undefined = database.get(
      `SELECT max(${key}) AS last, count(*) AS n FROM (SELECT ${key} FROM ${table} WHERE ${key} > ? ORDER BY ${key} LIMIT ?)`,
      mark,
      atMost,
    );
    mark = page?.last ?? null;
    total += page?.n ?? 0;
    return page?.n ?? 0;
  };
  for await (const _ of inSlices(countSome, { firstSize: 5000, maxSize: countedAtOnce })) void 0;

  return total;
};
