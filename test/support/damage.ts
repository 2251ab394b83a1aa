import {
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Real damage to a real database file, as a dying disk or a person does it. */

const pageBytes = 4096;

/** Everything that was committed is in the file itself, as it is after a checkpoint. */
export const checkpoint = (path: string): void => {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
};

/** Page numbers of a table or index, its root first. */
export const pagesOf = (path: string, name: string): readonly number[] => {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database
      .prepare('SELECT pageno FROM dbstat WHERE name = ? ORDER BY path')
      .all(name)
      .map((row) => Number(row['pageno']));
  } finally {
    database.close();
  }
};

/** Leaf pages alone: rows, and nothing that leads to others. */
export const leavesOf = (path: string, name: string): readonly number[] => {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database
      .prepare("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path")
      .all(name)
      .map((row) => Number(row['pageno']));
  } finally {
    database.close();
  }
};

const overwrite = (path: string, at: number, bytes: Buffer): void => {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
};

export const overwritePages = (path: string, pages: readonly number[]): void => {
  for (const page of pages) overwrite(path, (page - 1) * pageBytes, Buffer.alloc(pageBytes, 0xa5));
};

export const zeroHeader = (path: string): void => overwrite(path, 0, Buffer.alloc(100));

export const cutInHalf = (path: string): void => {
  const pages = Math.floor(statSync(path).size / pageBytes);
  truncateSync(path, Math.ceil(pages / 2) * pageBytes);
};

/** Other bytes under the same name, in a file of their own. */
export const replaceFile = (path: string, bytes: Buffer = readFileSync(path)): void => {
  writeFileSync(`${path}.other`, bytes);
  renameSync(`${path}.other`, path);
};

/** The WAL is taken away: what is not checkpointed goes with it. */
export const takeWal = (path: string): void => {
  rmSync(`${path}-wal`, { force: true });
  rmSync(`${path}-shm`, { force: true });
};

/** Overwrites these pages and says how to undo it, as a disk does that comes back. */
export const damagePages = (path: string, pages: readonly number[]): (() => void) => {
  const before = readFileSync(path);
  overwritePages(path, pages);

  return () => {
    for (const page of pages) {
      const at = (page - 1) * pageBytes;
      overwrite(path, at, before.subarray(at, at + pageBytes));
    }
  };
};
