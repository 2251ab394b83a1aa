import type { Bytes, Milliseconds } from '../session/units.ts';

/** The last hour of a number per key, in eight buckets: what the dashboard draws as a trend. Bounded whatever comes. */

const trendBuckets = 8;
/** 7.5 minutes: eight of them are the hour that the dashboard shows. */
export const trendBucketMs: Milliseconds = 450_000;

export interface MemoryHistory {
  /** `at` in ms of a clock that never goes back. */
  record(key: string, at: Milliseconds, bytes: Bytes): void;
  /** Oldest first, mean of each bucket, null where nothing was measured; the last one is the current bucket. */
  trend(key: string, at: Milliseconds): readonly (Bytes | null)[];
  forget(key: string): void;
  /** Keys that are remembered; those without a value for an hour are dropped. */
  readonly size: number;
}

interface Ring {
  readonly sums: Float64Array;
  readonly counts: Uint32Array;
  newest: number;
}

export const createMemoryHistory = (): MemoryHistory => {
  const rings = new Map<string, Ring>();
  let sweptAt = 0;

  const sweep = (bucket: number): void => {
    if (bucket === sweptAt) return;
    sweptAt = bucket;
    for (const [key, ring] of rings) if (bucket - ring.newest >= trendBuckets) rings.delete(key);
  };

  return {
    record(key, at, bytes) {
      const bucket = Math.floor(at / trendBucketMs);
      sweep(bucket);
      let ring = rings.get(key);
      if (ring === undefined) {
        ring = { sums: new Float64Array(trendBuckets), counts: new Uint32Array(trendBuckets), newest: bucket };
        rings.set(key, ring);
      }
      for (let empty = Math.max(ring.newest + 1, bucket - trendBuckets + 1); empty <= bucket; empty++) {
        ring.sums[empty % trendBuckets] = 0;
        ring.counts[empty % trendBuckets] = 0;
      }
      ring.newest = Math.max(ring.newest, bucket);
      const slot = ring.newest % trendBuckets;
      ring.sums[slot] = (ring.sums[slot] ?? 0) + bytes;
      ring.counts[slot] = (ring.counts[slot] ?? 0) + 1;
    },
    trend(key, at) {
      const now = Math.floor(at / trendBucketMs);
      const ring = rings.get(key);
      return Array.from({ length: trendBuckets }, (_, i) => {
        const bucket = now - trendBuckets + 1 + i;
        if (ring === undefined || bucket < 0 || bucket > ring.newest || bucket <= ring.newest - trendBuckets)
          return null;
        const count = ring.counts[bucket % trendBuckets] ?? 0;
        return count === 0 ? null : Math.round((ring.sums[bucket % trendBuckets] ?? 0) / count);
      });
    },
    forget: (key) => {
      rings.delete(key);
    },
    get size() {
      return rings.size;
    },
  };
};
