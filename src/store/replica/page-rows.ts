import type { SQLInputValue } from 'node:sqlite';
import { counterparts } from './counterparts.ts';

/** Tables that a new server fetches, in the order in which their rows refer to each other. */
export const pulledTables = ['instructions', 'conversations', 'turns', 'outbox', 'messages'] as const;
export type PulledTable = (typeof pulledTables)[number];

export type Row = Readonly<Record<string, unknown>>;
export type Values = Record<string, SQLInputValue>;

export const asValue = (value: unknown): SQLInputValue => {
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value === undefined ? null : JSON.stringify(value);
};

/** Where the page after this row begins; the same key as `zap_fleet_page` sorts by. */
export const bookmarkOf = (table: PulledTable, row: Row): unknown[] => {
  switch (table) {
    case 'instructions':
      return [row['version']];
    case 'conversations':
      return [null, row['chat_id']];
    case 'turns':
      return [row['started_at'], row['row_key']];
    case 'outbox':
      return [row['fleet_created_at'], row['row_key']];
    case 'messages':
      return [row['stored_at'], String(row['fleet_seq']), row['wa_id']];
  }
};

/** A row of the other side as a row of ours. */
export const localValues = (table: 'conversations' | 'turns' | 'outbox' | 'messages', row: Row): Values => {
  const values: Values = {};
  for (const [here, there] of Object.entries(counterparts[table].columns)) {
    if (here !== 'change_seq') values[here] = asValue(row[there]);
  }
  return values;
};
