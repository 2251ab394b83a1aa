import type { Milliseconds } from '../session/units.ts';

/** The recent past of a number per key, a mean per stretch of time: what the dashboard draws as a trend. Bounded whatever comes. */

export interface MeanHistory {
  /** `at` in ms of a clock that never goes back. */
  record(key: string, at: Milliseconds, value: number): void;
  /** Oldest first, mean of each bucket (not rounded), null where nothing was measured; the last one is the current bucket. */
  trend(key: string, at: Milliseconds): readonly (number | null)[];
  forget(key: string): void;
  /** Keys that are remembered; those of which nothing is left to show are dropped. */
  readonly size: number;
}

interface Ring {
  readonly sums: Float64Array;
  readonly counts: Uint16Array;
  newest: number;
}

/** `buckets` of `bucketMs` each; a bucket has at most 65,535 values. */
export const createMeanHistory = ({
  buckets,
  bucketMs,
}: {
  readonly buckets: number;
  readonly bucketMs: Milliseconds;
}): MeanHistory => {
  const rings = new Map<string, Ring>();
  let sweptAt = 0;

  const sweep = (bucket: number): void => {
    if (bucket === sweptAt) return;
    sweptAt = bucket;
    for (const [key, ring] of rings) if (bucket - ring.newest >= buckets) rings.delete(key);
  };

  return {
    record(key, at, value) {
      const bucket = Math.floor(at / bucketMs);
      sweep(bucket);
      let ring = rings.get(key);
      if (ring === undefined) {
        ring = { sums: new Float64Array(buckets), counts: new Uint16Array(buckets), newest: bucket };
        rings.set(key, ring);
      }
      for (let empty = Math.max(ring.newest + 1, bucket - buckets + 1); empty <= bucket; empty++) {
        ring.sums[empty % buckets] = 0;
        ring.counts[empty % buckets] = 0;
      }
      ring.newest = Math.max(ring.newest, bucket);
      const slot = ring.newest % buckets;
      ring.sums[slot] = (ring.sums[slot] ?? 0) + value;
      ring.counts[slot] = (ring.counts[slot] ?? 0) + 1;
    },
    trend(key, at) {
      const now = Math.floor(at / bucketMs);
      const ring = rings.get(key);
      return Array.from({ length: buckets }, (_, i) => {
        const bucket = now - buckets + 1 + i;
        if (ring === undefined || bucket < 0 || bucket > ring.newest || bucket <= ring.newest - buckets) return null;
        const count = ring.counts[bucket % buckets] ?? 0;
        return count === 0 ? null : (ring.sums[bucket % buckets] ?? 0) / count;
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
