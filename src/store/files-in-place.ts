import { statSync } from 'node:fs';
import type { StoreFault } from '../session/store-trouble.ts';

/** A file as the kernel knows it; null while there is none. */
const identityOf = (path: string): string | null => {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
};

/**
 * Whether the database, its WAL and their index are still the files that this process has open. SQLite keeps both for as long as a connection is
 * open; one that is gone or another one means that what is committed now is in a file that nobody will ever read.
 */
export const filesInPlace = (path: string): (() => StoreFault | null) => {
  const files = [path, `${path}-wal`, `${path}-shm`].flatMap((file) => {
    const identity = identityOf(file);
    return identity === null ? [] : [{ file, identity }];
  });

  return () => {
    for (const { file, identity } of files) {
      const now = identityOf(file);
      if (now !== identity) return { code: 'gone', words: `${file} ${now === null ? 'is gone' : 'was replaced'}` };
    }
    return null;
  };
};
