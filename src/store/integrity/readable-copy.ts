import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';

/**
 * SQLite reads nothing at all of a file whose first 100 bytes are gone or which is shorter than they say, although every page that is
 * there may be whole (sqlite.org/fileformat2.html, the database header). A copy with that mended can be read page by page.
 */

const headerBytes = 100;
const pageBytes = 4096;
const magic = 'SQLite format 3\0';
const pageCountAt = 28;

const headOf = (path: string): Buffer => {
  const head = Buffer.alloc(headerBytes);
  const file = openSync(path, 'r');
  try {
    readSync(file, head, 0, headerBytes, 0);
  } finally {
    closeSync(file);
  }
  return head;
};

const writeHead = (path: string, head: Buffer): void => {
  const file = openSync(path, 'r+');
  try {
    writeSync(file, head, 0, headerBytes, 0);
  } finally {
    closeSync(file);
  }
};

/** `path` itself where SQLite can begin with it, else a mended copy at `copy`. `whole`: any whole store of ours. */
export const readableCopy = (path: string, copy: string, whole: string): string => {
  const head = headOf(path);
  const isOurs = head.toString('latin1', 0, magic.length) === magic;
  const pages = Math.ceil(statSync(path).size / pageBytes);
  if (isOurs && head.readUInt32BE(pageCountAt) <= pages) return path;

  copyFileSync(path, copy);
  if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
  if (!isOurs) {
    const mended = headOf(whole);
    mended.writeUInt32BE(pages, pageCountAt);
    writeHead(copy, mended);
  } else truncateSync(copy, head.readUInt32BE(pageCountAt) * pageBytes);
  return copy;
};

export const removeCopy = (copy: string): void => {
  for (const end of ['', '-wal', '-shm']) rmSync(`${copy}${end}`, { force: true });
};
