import type { LookupAddress } from 'node:dns';
import { createQueue, type Queue } from '../pace/queue.ts';
import type { Milliseconds } from '../session/units.ts';

/**
 * Names of hosts. Node looks them up on four threads, which files and all other names of the process share: a few names whose servers hang
 * would keep everything else waiting, the right to run a session among it. One thread at least stays free of them.
 */

export type LookUpHost = (host: string) => Promise<readonly LookupAddress[]>;

/** Whose name took so long has one thread together with all others of the kind, until it is quick again. */
const slowFrom: Milliseconds = 2000;
const quickLanes = 2;
/** So many are remembered as slow. */
const mostSlow = 1000;

interface Lane {
  readonly queue: Queue;
  waiting: number;
}
const newLane = (): Lane => ({ queue: createQueue(), waiting: 0 });

export const createHostLookup = (lookUp: LookUpHost, clock: () => Milliseconds): LookUpHost => {
  const running = new Map<string, Promise<readonly LookupAddress[]>>();
  const slow = new Set<string>();
  const slowLane = newLane();
  const lanes = Array.from({ length: quickLanes }, newLane);

  const timed = async (host: string): Promise<readonly LookupAddress[]> => {
    const from = clock();
    try {
      return await lookUp(host);
    } finally {
      slow.delete(host);
      if (slow.size >= mostSlow) slow.clear();
      if (clock() - from > slowFrom) slow.add(host);
    }
  };

  const begin = async (host: string): Promise<readonly LookupAddress[]> => {
    const lane = slow.has(host)
      ? slowLane
      : lanes.reduce((least, each) => (each.waiting < least.waiting ? each : least));
    lane.waiting += 1;
    try {
      return await lane.queue.run(() => timed(host));
    } finally {
      lane.waiting -= 1;
      running.delete(host);
    }
  };

  return (host) => {
    const known = running.get(host);
    if (known !== undefined) return known;
    const work = begin(host);
    running.set(host, work);
    return work;
  };
};
