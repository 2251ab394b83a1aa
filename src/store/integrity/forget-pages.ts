import type { Database } from '../database.ts';

/** What was read of a damaged file is read again: SQLite keeps pages as it found them until somebody else writes. */
export const forgetPages = (database: Pick<Database, 'get'>): void => {
  database.get('PRAGMA shrink_memory');
};
