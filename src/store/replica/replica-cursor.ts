import type { Database } from '../database.ts';

/** What replication remembers between two batches, by key; first of all how far Supabase has come. */
export const createReplicaCursor = (database: Database) => {
  const state = (key: string): string | null =>
    database.get<{ value: string }>('SELECT value FROM replica_state WHERE key = ?', key)?.value ?? null;
  const setState = (key: string, value: string): void => {
    database.run(
      'INSERT INTO replica_state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      key,
      value,
    );
  };

  return {
    state,
    setState,
    forgetState: (key: string): void => {
      database.run('DELETE FROM replica_state WHERE key = ?', key);
    },

    keysBetween: (from: string, to: string): readonly string[] =>
      database
        .all<{ key: string }>('SELECT key FROM replica_state WHERE key >= ? AND key < ?', from, to)
        .map(({ key }) => key),

    /** Other servers that were seen in this Supabase, as of the last contact. */
    others: (): number => Number(state('others') ?? 0),

    /** Changes up to here have arrived. */
    cursor: (): number => Number(state('cursor') ?? 0),

    setCursor: (seq: number): void => setState('cursor', String(seq)),

    /** Where the next batch begins to read: the cursor, or behind rows that came from there and need not go back. */
    readFrom: (): number => {
      const cursor = Number(state('cursor') ?? 0);
      const skip = JSON.parse(state('skip') ?? '[-1,-1]') as [number, number];
      return skip[0] === cursor ? skip[1] : cursor;
    },

    skipTo: (seq: number): void => setState('skip', JSON.stringify([Number(state('cursor') ?? 0), seq])),
  };
};
