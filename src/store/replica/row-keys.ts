import type { Database } from '../database.ts';

export type RowKind = 'turn' | 'outbox' | 'event';
const birth = { turn: ['turns', 'started_at'], outbox: ['outbox', 'created_at'], event: ['events', 'at'] } as const;

/** Names of turns, parts and events that are the same in every store. */
export const createRowKeys = (database: Database, fleetId: string) => {
  const bornAt = (kind: RowKind, id: number): number | null => {
    const [table, column] = birth[kind];
    return database.get<{ at: number }>(`SELECT ${column} AS at FROM ${table} WHERE id = ?`, id)?.at ?? null;
  };

  return {
    /**
     * The key of a turn, part or event in Supabase: `<store>:<id>:<when>`. A store that was restored from a backup gives its ids again; the time keeps
     * such rows apart. `at` null: the row is erased here, and the key is the beginning of the one that stands there.
     */
    rowKey: (kind: RowKind, id: number, at: number | null = bornAt(kind, id)): string =>
      (kind === 'event'
        ? undefined
        : database.get<{ k: string }>('SELECT row_key AS k FROM replica_keys WHERE kind = ? AND local_id = ?', kind, id)
            ?.k) ?? (at === null ? `${fleetId}:${id}` : `${fleetId}:${id}:${at}`),

    idOfKey: (kind: 'turn' | 'outbox', key: string): number | null => {
      const [fleet, id, at] = key.split(':');
      if (fleet === fleetId && bornAt(kind, Number(id)) === Number(at)) return Number(id);
      const found =
        database.get<{ id: number }>(
          'SELECT local_id AS id FROM replica_keys WHERE kind = ? AND row_key = ?',
          kind,
          key,
        )?.id ?? null;
      return found !== null && bornAt(kind, found) !== null ? found : null;
    },

    setKey: (kind: 'turn' | 'outbox', id: number, key: string): void => {
      database.run('INSERT OR REPLACE INTO replica_keys (kind, local_id, row_key) VALUES (?, ?, ?)', kind, id, key);
    },
  };
};
