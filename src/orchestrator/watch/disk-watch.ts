import { statfs } from 'node:fs/promises';
import type { HomePaths } from '../../home/home-paths.ts';
import { type Beat, createBeat } from '../../pace/beat.ts';
import type { Banner } from '../../protocol/fleet.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { Store } from '../../store/store.ts';
import { type DiskGuard, type DiskRoom, guardDisk } from '../health/diskguard.ts';
import { type DiskMeasure, type DiskPolicy, defaultPolicies } from '../health/policies.ts';
import type { SessionBook } from '../state/session-book.ts';
import { createDiskMeasures, hasReserve, makeReserve } from './disk-measures.ts';

export interface DiskWatchOptions {
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
}

const lookEvery: Milliseconds = 5000;
/** The caches of all profiles may have to go in one look. */
const lookWithin: Milliseconds = 60_000;
const bannerId = 'disk';

/** As `df` counts: used plus what we could still use. */
const diskRoomOf = async (path: string): Promise<DiskRoom> => {
  const { bsize, blocks, bfree, bavail } = await statfs(path);
  const availableBytes = bavail * bsize;
  return { totalBytes: (blocks - bfree) * bsize + availableBytes, availableBytes };
};

const tellDisk = (
  guard: DiskGuard,
  { book, setBanner, clearBanner }: Pick<DiskWatchOptions, 'book' | 'setBanner' | 'clearBanner'>,
): void => {
  if (guard.text === null) clearBanner(bannerId);
  else
    setBanner({
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

/**
 * Watches the disk of the fleet and gives things up in a fixed order, so that the inbox is the last thing that could fail: logs, caches,
 * backups, the reserve, and then replies, which wait while messages are still stored.
 */
export const createDiskWatch = (options: DiskWatchOptions): Beat => {
  const { paths, log } = options;
  const policy = options.policy ?? defaultPolicies.disk;
  const room = options.room ?? (() => diskRoomOf(paths.data));
  const measures = createDiskMeasures(options);
  let active: readonly DiskMeasure[] = measures.inForce;
  let closed = false;

  const carryOut = async (what: string, work: (() => void | Promise<void>) | undefined): Promise<void> => {
    try {
      await work?.();
    } catch (error) {
      // The next measure may be the one that makes room for this one.
      log('warn', `the disk is nearly full, and this failed: ${what}`, { error: messageOf(error) });
    }
  };

  const guardRoom = async (): Promise<void> => {
    const disk = await room();
    if (closed) return;

    const guard = guardDisk(disk, active, policy);
    active = guard.active;
    for (const measure of guard.started) await carryOut(measure, measures.start[measure]);
    // Logs and closed profiles grow on while the disk stays full.
    if (guard.active.includes('cut-logs') && !guard.started.includes('cut-logs'))
      await carryOut('cut-logs', measures.start['cut-logs']);
    for (const measure of guard.ended) await carryOut(`end of ${measure}`, measures.end[measure]);
    if (closed) return;

    // Two masters' worth of room, or the reserve would itself be what fills the disk.
    if (!hasReserve(paths) && guard.active.length === 0 && disk.availableBytes > policy.reserveBytes * 2)
      await carryOut('the reserve', () => makeReserve(paths, policy.reserveBytes));

    try {
      tellDisk(guard, options);
    } catch (error) {
      log('warn', 'the event log does not take an event', { error: messageOf(error) });
    }
  };

  const beat = createBeat({
    look: guardRoom,
    everyMs: lookEvery,
    firstMs: 0,
    withinMs: lookWithin,
    onProblem: (error) => log('warn', 'the disk could not be looked at', { error: messageOf(error) }),
  });

  return {
    ...beat,
    close: () => {
      closed = true;
      return beat.close();
    },
  };
};
