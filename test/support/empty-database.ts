import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../src/store/database.ts';
import { openStore, type Store } from '../../src/store/store.ts';

let made: Buffer | null = null;

/** A database in which nothing stands yet, as the program makes it. Its migrations are run once in a process: they are half of many a test's time. */
const emptyDatabase = (): Buffer => {
  if (made !== null) return made;
  const directory = mkdtempSync(join(tmpdir(), 'zf-empty-'));
  try {
    const path = join(directory, 'fleet.db');
    const database = openDatabase(path);
    // One file, without a log beside it.
    database.prepare('PRAGMA journal_mode = DELETE').get();
    database.close();
    made = readFileSync(path);
    return made;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

/** Puts one where none is. */
export const placeEmptyDatabase = (path: string): void => writeFileSync(path, emptyDatabase(), { flag: 'wx' });

/** The store at `path`, a new one where none is. */
export const openStoreAt = (path: string): Store => (existsSync(path) ? openStore(path) : openNewStore(path));

/** A new store at `path`. */
export const openNewStore = (path: string): Store => {
  placeEmptyDatabase(path);
  return openStore(path);
};
