import type { EpochMs, Milliseconds } from './units.ts';

/**
 * Until when a session may run here, where other servers may run it, too: handed from Supabase's lease through the master to the worker,
 * which keeps it whether or not a master lives. Two clocks, the stricter counts: a machine that was paused stops the monotonic one, and
 * whoever sets the time back moves the wall's.
 */
export interface Fence {
  /** Of the lease: it only grows. */
  readonly epoch: number;
  readonly wallUntil: EpochMs;
  /** On this machine's monotonic clock, which all of its processes share until it boots again; ms. */
  readonly monotonicUntil: Milliseconds;
}

export interface FenceClocks {
  readonly wall: () => EpochMs;
  readonly monotonic: () => Milliseconds;
}

export const machineClocks: FenceClocks = {
  wall: Date.now,
  // Not performance.now(), which each process counts from its own start.
  monotonic: () => Number(process.hrtime.bigint() / 1000n) / 1000,
};

/** A moment on both clocks: taken before a question is asked, so that what is counted from it ends early and never late. */
export interface FenceMoment {
  readonly wall: EpochMs;
  readonly monotonic: Milliseconds;
}
export const momentOf = (clocks: FenceClocks): FenceMoment => ({ wall: clocks.wall(), monotonic: clocks.monotonic() });

export const fenceAt = (epoch: number, from: FenceMoment, lasts: Milliseconds): Fence => ({
  epoch,
  wallUntil: from.wall + lasts,
  monotonicUntil: from.monotonic + lasts,
});

/** How long it may still run; not above 0: no more. */
export const leftOf = (fence: Fence, clocks: FenceClocks): Milliseconds =>
  Math.min(fence.wallUntil - clocks.wall(), fence.monotonicUntil - clocks.monotonic());

/** For the environment of a worker's start. */
export const fenceText = ({ epoch, wallUntil, monotonicUntil }: Fence): string =>
  `${epoch}:${wallUntil}:${monotonicUntil}`;

/** Null: no fence. */
export const fenceOfText = (text: string): Fence | null => {
  const [epoch, wallUntil, monotonicUntil] = text.split(':').map(Number);
  const isWhole = [epoch, wallUntil, monotonicUntil].every((part) => Number.isFinite(part));
  return isWhole ? { epoch: epoch ?? 0, wallUntil: wallUntil ?? 0, monotonicUntil: monotonicUntil ?? 0 } : null;
};
