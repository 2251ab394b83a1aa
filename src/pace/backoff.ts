import type { Milliseconds } from '../session/units.ts';

/** How long to wait between tries of something that fails. */
export interface Backoff {
  /** Before the first repetition, ms. */
  readonly firstMs: Milliseconds;
  /** No plain pause is longer than this, ms. */
  readonly maxMs: Milliseconds;
  /** How many times longer each pause is than the one before; 2 when left out. */
  readonly factor?: number;
  /** Share of a pause, 0 to 1, by which it may be shorter or longer: what failed together does not come back together. */
  readonly jitter: number;
}

/** Beyond it every pause is the longest one, and no number overflows. */
const mostSteps = 60;

/** The plain pause, ms, after `failures` earlier ones (0: the first): exponential, at most `maxMs`. */
export const plainBackoff = (failures: number, { firstMs, maxMs, factor = 2 }: Omit<Backoff, 'jitter'>): Milliseconds =>
  Math.min(maxMs, firstMs * factor ** Math.min(Math.max(0, failures), mostSteps));

/** The same with its jitter, whole ms; at most `maxMs` and its jitter. `random` gives 0 to 1. */
export const backoffDelay = (failures: number, backoff: Backoff, random: () => number): Milliseconds =>
  Math.round(plainBackoff(failures, backoff) * (1 + backoff.jitter * (2 * random() - 1)));
