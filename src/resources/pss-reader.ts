import { readFileSync } from 'node:fs';
import type { Bytes, Milliseconds } from '../session/units.ts';

/**
 * PSS (memory with shared pages counted by their share) from `/proc/PID/smaps_rollup`. One read costs 0.1 to several ms, because the
 * kernel walks the page tables, so reads are spread over the samples and bounded by time.
 */

export interface PssTarget {
  readonly pid: number;
  readonly startTicks: number;
  readonly rssBytes: Bytes;
}

export interface PssReader {
  /** Reads those that are due, oldest first, until `budgetMs` is used up. */
  refresh(targets: Iterable<PssTarget>, now: Milliseconds, budgetMs: Milliseconds): void;
  /**
   * PSS of these processes together, or null where the kernel does not tell: unread ones (just born, or hidden from us) count with
   * the ratio of the others as long as at least half of the resident memory was really measured.
   */
  of(targets: readonly PssTarget[]): Bytes | null;
}

interface Measured {
  readonly startTicks: number;
  /** Null: the kernel refuses for this process (sandboxed, or of another user). */
  readonly pss: Bytes | null;
  readonly rss: Bytes;
  readonly at: Milliseconds;
}

/** RSS that moved less than this share since the last read: the process is idle and is read on a third of the beat. */
const idleShare = 0.01;
const idleBeats = 3;

const pssLine = /^Pss:\s+(\d+) kB$/m;

/** Bytes, or null when there is none to read. */
export const readPss = (pid: number, procRoot = '/proc'): Bytes | null => {
  try {
    const match = pssLine.exec(readFileSync(`${procRoot}/${pid}/smaps_rollup`, 'latin1'));
    return match === null ? null : Number(match[1]) * 1024;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE'].includes(code)) return null;
    throw error;
  }
};

export const createPssReader = (
  beatMs: Milliseconds,
  read: (pid: number) => Bytes | null = readPss,
  clock: () => Milliseconds = () => performance.now(),
): PssReader => {
  const measured = new Map<number, Measured>();
  /** A running mean of what one read costs: the last read of a look may otherwise burst its budget. */
  let readCostMs = 0.5;

  const knownOf = (target: PssTarget): Measured | undefined => {
    const known = measured.get(target.pid);
    return known?.startTicks === target.startTicks ? known : undefined;
  };

  return {
    refresh(targets, now, budgetMs) {
      const due: { target: PssTarget; since: number }[] = [];
      const alive = new Set<number>();
      for (const target of targets) {
        alive.add(target.pid);
        if (target.rssBytes === 0) continue;
        const known = knownOf(target);
        if (known === undefined) due.push({ target, since: Number.NEGATIVE_INFINITY });
        else {
          const idle = Math.abs(target.rssBytes - known.rss) <= known.rss * idleShare;
          if (now - known.at >= (idle ? beatMs * idleBeats : beatMs)) due.push({ target, since: known.at });
        }
      }
      for (const pid of measured.keys()) if (!alive.has(pid)) measured.delete(pid);
      due.sort((a, b) => a.since - b.since);
      const begun = clock();
      let last = begun;
      for (const { target } of due) {
        if (last - begun + readCostMs > budgetMs) break;
        measured.set(target.pid, {
          startTicks: target.startTicks,
          pss: read(target.pid),
          rss: target.rssBytes,
          at: now,
        });
        const end = clock();
        readCostMs += (end - last - readCostMs) / 8;
        last = end;
      }
      // A single slow read must not stop all later ones: the estimate decays until one fits again.
      if (due.length > 0 && last === begun) readCostMs *= 0.9;
    },
    of(targets) {
      let rss = 0;
      let coveredRss = 0;
      let pss = 0;
      for (const target of targets) {
        rss += target.rssBytes;
        const known = knownOf(target);
        if (known === undefined || known.pss === null) continue;
        coveredRss += target.rssBytes;
        // What came or went since the last read is counted whole: growth is private memory (a heap), hardly ever shared.
        pss += Math.min(target.rssBytes, Math.max(0, known.pss + target.rssBytes - known.rss));
      }
      if (coveredRss === 0 || coveredRss * 2 < rss) return null;
      return Math.round(pss * (rss / coveredRss));
    },
  };
};
