import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

const busyTimeoutMs = 5000;

/**
 * Opens a database to be read, and leaves nothing beside it. Whoever has it open has a WAL there, which is read along. Without one nobody
 * writes, and SQLite is told so: else it would make a WAL and an index of it, and leave both behind.
 */
export const openQuietly = (path: string): DatabaseSync => {
  const options = { readOnly: true, timeout: busyTimeoutMs };
  if (existsSync(`${path}-wal`) || existsSync(`${path}-shm`)) return new DatabaseSync(path, options);

  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return new DatabaseSync(url, options);
};
