import { setTimeout as delay } from 'node:timers/promises';
import type { Milliseconds } from '../session/units.ts';

/**
 * Long work in slices: a loop that others share is held for a moment only, and whoever waits for the store gets it between two slices.
 * Each slice does as much as fits; how much that is, is learnt from the slices before.
 */
export interface SliceOptions {
  /** A slice should take this long, ms. */
  readonly targetMs?: Milliseconds;
  readonly firstSize?: number;
  readonly maxSize?: number;
  readonly signal?: AbortSignal;
}

/** A loop that is promised to answer within 50 ms has room for two of these and the rest of its work. */
const usualTarget: Milliseconds = 10;
const usualFirst = 20;
const usualMost = 5000;

/** How much the next slice may do: what fits, at most twice as much as the last one. */
export const nextSize = (size: number, tookMs: Milliseconds, targetMs: Milliseconds, most: number): number => {
  const fits = Math.floor((size * targetMs) / Math.max(tookMs, 0.1));
  return Math.max(1, Math.min(fits, size * 2, most));
};

/**
 * Runs `work` again and again until it has nothing more to do (gives 0), and yields what each slice did. Between two of them the loop is
 * free for as long as the slice took: SQLite lets nobody in by turn, so a writer who waits must find the store free about as often as not.
 * Throws the signal's reason at the next slice after it was aborted.
 */
export async function* inSlices(work: (atMost: number) => number, options: SliceOptions = {}): AsyncGenerator<number> {
  const { targetMs = usualTarget, firstSize = usualFirst, maxSize = usualMost, signal } = options;
  let size = firstSize;
  for (;;) {
    signal?.throwIfAborted();
    const begun = performance.now();
    const did = work(size);
    const took = performance.now() - begun;
    if (did === 0) return;

    yield did;
    size = nextSize(size, took, targetMs, maxSize);
    await delay(Math.max(1, took));
  }
}

/** The same for work that reads on from a mark and says itself when it is at the end. */
export async function* untilDone(
  work: (atMost: number) => { readonly did: number; readonly more: boolean },
  options: SliceOptions = {},
): AsyncGenerator<number> {
  let more = true;
  let last = 0;
  const steps = inSlices((atMost) => {
    if (!more) return 0;
    const step = work(atMost);
    more = step.more;
    last = step.did;
    return Math.max(1, step.did);
  }, options);
  for await (const _ of steps) yield last;
}
