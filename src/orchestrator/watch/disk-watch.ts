import { closeSync, existsSync, fsyncSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { HomePaths } from '../../home/home-paths.ts';
import type { Banner } from '../../protocol/fleet.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { Bytes, EpochMs, Milliseconds } from '../../session/units.ts';
import { backupsPausedKey, repliesStoppedKey } from '../../store/meta-store.ts';
import type { Store } from '../../store/store.ts';
import { type DiskGuard, type DiskRoom, guardDisk } from '../health/diskguard.ts';
import { type DiskMeasure, type DiskPolicy, defaultPolicies } from '../health/policies.ts';
import { pruneProfile } from '../profile/profile-size.ts';
import type { SessionBook } from '../state/session-book.ts';

/**
 * Watches the disk of the fleet and gives things up in a fixed order, so that the inbox is the last thing that could fail: logs, caches,
 * backups, the reserve, and then replies, which wait while messages are still stored.
 */
export interface DiskWatch {
  look(): Promise<void>;
  begin(): void;
  close(): Promise<void>;
}

const lookEvery: Milliseconds = 5000;
/** Files that are only looked at when something went wrong long ago. */
const rotated = /\.log\.\d+$/;
const bannerId = 'disk';

export const reserveFile = (paths: HomePaths): string => join(paths.data, 'reserve');

/** As `df` counts: used plus what we could still use. */
export const diskRoomOf = async (path: string): Promise<DiskRoom> => {
  const { bsize, blocks, bfree, bavail } = await statfs(path);
  const availableBytes = bavail * bsize;
  return { totalBytes: (blocks - bfree) * bsize + availableBytes, availableBytes };
};

/** Real bytes, not a hole: only they can be given up. */
const makeReserve = (file: string, bytes: Bytes): void => {
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

export const createDiskWatch = (options: {
  readonly paths: HomePaths;
  readonly store: Store;
  readonly book: SessionBook;
  /** Workers read the store again. */
  readonly wakeAll: () => void;
  readonly setBanner: (banner: Omit<Banner, 'since'>) => void;
  readonly clearBanner: (id: string) => void;
  readonly policy?: DiskPolicy;
  readonly room?: () => Promise<DiskRoom>;
  readonly now: () => EpochMs;
  readonly log: (level: 'info' | 'warn', text: string, fields?: Readonly<Record<string, unknown>>) => void;
}): DiskWatch => {
  const { paths, store, book, now, log } = options;
  const policy = options.policy ?? defaultPolicies.disk;
  const room = options.room ?? (() => diskRoomOf(paths.data));
  let active: readonly DiskMeasure[] = store.meta.repliesStoppedAt() === null ? [] : ['stop-replies'];
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> | null = null;
  let closed = false;

  const setStopped = (stopped: boolean): void => {
    if ((store.meta.repliesStoppedAt() !== null) === stopped) return;
    if (stopped) store.meta.set(repliesStoppedKey, String(now()));
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

  const start: Readonly<Record<DiskMeasure, () => void | Promise<void>>> = {
    warn: () => undefined,
    'cut-logs': cutLogs,
    'prune-caches': pruneCaches,
    'pause-backups': () => store.meta.set(backupsPausedKey, String(now())),
    'release-reserve': () => rmSync(reserveFile(paths), { force: true }),
    'stop-replies': () => setStopped(true),
  };
  const end: Partial<Record<DiskMeasure, () => void>> = {
    'pause-backups': () => store.meta.remove(backupsPausedKey),
    'stop-replies': () => setStopped(false),
  };
  const carryOut = async (what: string, work: (() => void | Promise<void>) | undefined): Promise<void> => {
    try {
      await work?.();
    } catch (error) {
      // The next measure may be the one that makes room for this one.
      log('warn', `the disk is nearly full, and this failed: ${what}`, { error: messageOf(error) });
    }
  };

  const tell = (guard: DiskGuard): void => {
    if (guard.text === null) options.clearBanner(bannerId);
    else
      options.setBanner({
        id: bannerId,
        level: guard.active.includes('pause-backups') || guard.active.includes('stop-replies') ? 'bad' : 'warn',
        code: bannerId,
        text: guard.text,
        values: { percent: Math.floor(guard.percent), measures: guard.active.join(',') },
      });
    if (guard.started.length === 0 && guard.ended.length === 0) return;
    book.record(null, {
      level: guard.started.length > 0 ? 'warn' : 'info',
      kind: guard.started.length > 0 ? 'disk-low' : 'disk-better',
      text: guard.text ?? `Disk ${Math.floor(guard.percent)}%: enough room again`,
      evidence: { percent: Math.round(guard.percent * 10) / 10, started: guard.started, ended: guard.ended },
    });
  };

  const step = async (): Promise<void> => {
    const disk = await room();
    if (closed) return;
    const guard = guardDisk(disk, active, policy);
    active = guard.active;
    for (const measure of guard.started) await carryOut(measure, start[measure]);
    // Logs and closed profiles grow on while the disk stays full.
    if (guard.active.includes('cut-logs') && !guard.started.includes('cut-logs')) await carryOut('cut-logs', cutLogs);
    for (const measure of guard.ended) await carryOut(`end of ${measure}`, end[measure]);
    if (closed) return;
    // Two masters' worth of room, or the reserve would itself be what fills the disk.
    if (!existsSync(reserveFile(paths)) && guard.active.length === 0 && disk.availableBytes > policy.reserveBytes * 2)
      await carryOut('the reserve', () => makeReserve(reserveFile(paths), policy.reserveBytes));
    try {
      tell(guard);
    } catch (error) {
      log('warn', 'the event log does not take an event', { error: messageOf(error) });
    }
  };
  const look = (): Promise<void> => {
    looking ??= step()
      .catch((error: unknown) => log('warn', 'the disk could not be looked at', { error: messageOf(error) }))
      .finally(() => {
        looking = null;
      });
    return looking;
  };

  return {
    look,
    begin: () => {
      void look();
      timer = setInterval(() => void look(), lookEvery);
    },
    close: async () => {
      closed = true;
      if (timer !== null) clearInterval(timer);
      await looking;
    },
  };
};
