import type { EpochMs, Milliseconds } from '../../../src/session/units.ts';

/** Time as the pipeline sees it; a test owns it. */
export interface Clock {
  now(): EpochMs;
  /** Runs `work` once after `ms`; returns the cancel. */
  after(ms: Milliseconds, work: () => void): () => void;
  /** Runs `work` once what came in this tick has been seen, so that it is stored together. */
  soon(work: () => void): void;
}

/** Longest delay that a timer of Node keeps; a longer one would fire at once. */
const longestTimer = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, work) => {
    const timer = setTimeout(work, Math.min(Math.max(0, ms), longestTimer));
    return () => clearTimeout(timer);
  },
  soon: (work) => {
    setImmediate(work);
  },
};
