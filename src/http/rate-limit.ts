import type { EpochMs, Milliseconds } from '../session/units.ts';

export interface RateLimit {
  /** Counts one of `key`; false when that is one too many. */
  take(key: string): boolean;
  /** Whether the next one would be too many. */
  isSpent(key: string): boolean;
  /** Until `key` may go on: whole seconds, at least 1. */
  secondsLeft(key: string): number;
}

/** More keys at once than this is an attack on memory: the oldest are forgotten. */
const mostKeys = 10_000;

/** `most` of one key in `span`, counted from its first one. */
export const createRateLimit = (options: {
  readonly most: number;
  readonly span: Milliseconds;
  readonly now: () => EpochMs;
}): RateLimit => {
  const { most, span, now } = options;
  /** In the order of their ends, because each is put in when it begins. */
  const counted = new Map<string, { count: number; readonly until: EpochMs }>();

  const current = (key: string): { count: number; readonly until: EpochMs } | undefined => {
    const entry = counted.get(key);
    if (entry === undefined || (entry.until > now() && entry.until <= now() + span)) return entry;

    // Over, or begun before the clock was set back.
    counted.delete(key);
    return undefined;
  };

  const begin = (key: string): { count: number; readonly until: EpochMs } => {
    const entry = { count: 0, until: now() + span };
    counted.set(key, entry);
    for (const oldest of counted.keys()) {
      if (counted.size <= mostKeys) break;
      counted.delete(oldest);
    }
    return entry;
  };

  return {
    take: (key) => {
      const entry = current(key) ?? begin(key);
      entry.count += 1;
      return entry.count <= most;
    },
    isSpent: (key) => (current(key)?.count ?? 0) >= most,
    secondsLeft: (key) => Math.max(1, Math.ceil(((current(key)?.until ?? 0) - now()) / 1000)),
  };
};
