import { execFile } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { HomePaths } from '../../home/home-paths.ts';
import type { Bytes, EpochMs, Milliseconds } from '../../session/units.ts';
import { backupsPausedKey, repliesStoppedKey } from '../../store/meta-store.ts';
import type { Store } from '../../store/store.ts';
import type { DiskMeasure } from '../health/policies.ts';
import { pruneProfile } from '../profile/profile-size.ts';
import type { SessionBook } from '../state/session-book.ts';

/** What is given up while the disk is nearly full, one step each, and how each ends. */
export interface DiskMeasures {
  readonly start: Readonly<Record<DiskMeasure, () => void | Promise<void>>>;
  readonly end: Readonly<Partial<Record<DiskMeasure, () => void>>>;
  /** Those that the last master left in force. */
  readonly inForce: readonly DiskMeasure[];
}

/** Files that are only looked at when something went wrong long ago. */
const rotated = /\.log\.\d+$/;

export const reserveFile = (paths: HomePaths): string => join(paths.data, 'reserve');

export const hasReserve = (paths: HomePaths): boolean => existsSync(reserveFile(paths));

const bookWithin: Milliseconds = 10_000;
const pieceBytes: Bytes = 1024 * 1024;

/** Books the bytes with the file system, which takes a moment where writing them takes seconds of a slow disk. */
const isBooked = async (file: string, bytes: Bytes): Promise<boolean> => {
  const { PATH = '' } = process.env;
  const ended = await new Promise<boolean>((done) => {
    execFile('fallocate', ['-l', String(bytes), file], { timeout: bookWithin, env: { PATH } }, (error) =>
      done(error === null),
    );
  });
  // A file system may say yes and leave a hole.
  return ended && statSync(file).blocks * 512 >= bytes;
};

const write = async (file: string, bytes: Bytes): Promise<void> => {
  const piece = Buffer.alloc(pieceBytes);
  const opened = await open(file, 'w', 0o600);

  try {
    for (let left = bytes; left > 0; left -= piece.length) await opened.write(piece, 0, Math.min(left, piece.length));
    await opened.sync();
  } finally {
    await opened.close();
  }
};

/**
 * Takes the room that is given back when the disk is nearly full: real bytes, not a hole, because only they can be given up. Nobody waits
 * for it: whoever asks the master meanwhile is answered.
 */
export const makeReserve = async (paths: HomePaths, bytes: Bytes): Promise<void> => {
  // A master that ends meanwhile leaves no half of one.
  const fresh = `${reserveFile(paths)}.partial`;

  try {
    closeSync(openSync(fresh, 'w', 0o600));
    if (!(await isBooked(fresh, bytes))) await write(fresh, bytes);
    renameSync(fresh, reserveFile(paths));
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
};

export const createDiskMeasures = (options: {
  readonly paths: HomePaths;
  readonly store: Store;
  readonly book: SessionBook;
  /** Workers read the store again. */
  readonly wakeAll: () => void;
  readonly now: () => EpochMs;
}): DiskMeasures => {
  const { paths, store, book, now } = options;

  const stopReplies = (isStopped: boolean): void => {
    if ((store.meta.repliesStoppedAt() !== null) === isStopped) return;
    if (isStopped) store.meta.set(repliesStoppedKey, String(now()));
    else store.meta.remove(repliesStoppedKey);
    options.wakeAll();
  };

  const cutLogs = (): void => {
    for (const entry of readdirSync(paths.logs))
      if (rotated.test(entry)) rmSync(join(paths.logs, entry), { force: true });
  };

  const pruneCaches = async (): Promise<void> => {
    for (const { stored } of book.all()) await pruneProfile(paths, stored.name);
  };

  return {
    start: {
      warn: () => undefined,
      'cut-logs': cutLogs,
      'prune-caches': pruneCaches,
      'pause-backups': () => store.meta.set(backupsPausedKey, String(now())),
      'release-reserve': () => rmSync(reserveFile(paths), { force: true }),
      'stop-replies': () => stopReplies(true),
    },
    end: {
      'pause-backups': () => store.meta.remove(backupsPausedKey),
      'stop-replies': () => stopReplies(false),
    },
    inForce: store.meta.repliesStoppedAt() === null ? [] : ['stop-replies'],
  };
};
