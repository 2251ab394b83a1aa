import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';

/** Small facts of the whole fleet, by key. */
export const createMetaStore = (database: Database) => {
  const get = (key: string): string | null =>
    database.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', key)?.value ?? null;
  return {
    get,
    set: (key: string, value: string): void => {
      database.run(
        'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        key,
        value,
      );
    },
    remove: (key: string): void => {
      database.run('DELETE FROM meta WHERE key = ?', key);
    },
    /** Since when nothing is answered or sent in the whole fleet, because the disk is nearly full; null while all is well. */
    repliesStoppedAt: (): EpochMs | null => {
      const value = get(repliesStoppedKey);
      return value === null ? null : Number(value);
    },
  };
};
export type MetaStore = ReturnType<typeof createMetaStore>;

/** Written by the master's disk guard, read by every worker before it begins an answer or a send. */
export const repliesStoppedKey = 'replies_stopped_at';
/** Written by the master's disk guard; no backup is made while it is there. */
export const backupsPausedKey = 'backups_paused_at';
