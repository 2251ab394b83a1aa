import { closeSync, existsSync, fsyncSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { HomePaths } from '../../home/home-paths.ts';
import type { Bytes, EpochMs } from '../../session/units.ts';
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

/** Takes the room that is given back when the disk is nearly full: real bytes, not a hole, because only they can be given up. */
export const makeReserve = (paths: HomePaths, bytes: Bytes): void => {
  const file = reserveFile(paths);
  const block = Buffer.alloc(1024 * 1024);
  const descriptor = openSync(file, 'w', 0o600);

  try {
    for (let left = bytes; left > 0; left -= block.length)
      writeSync(descriptor, block, 0, Math.min(left, block.length));
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
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
