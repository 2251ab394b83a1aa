import { statSync } from 'node:fs';
import { FleetError } from '../session/fleet-error.ts';
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

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/**
 * Throws `failed` where the database is missing or empty and its WAL is not: SQLite would make a new one and delete the WAL, also while
 * others still have the old one open. Call it before a connection that may write.
 */
export const refuseOrphanedWal = (path: string): void => {
  if (sizeOf(path) > 0 || sizeOf(`${path}-wal`) === 0) return;

  throw new FleetError(
    'failed',
    `${path} was taken away, its write-ahead log is still there. Put the file back, or: zap-fleet store repair`,
  );
};
