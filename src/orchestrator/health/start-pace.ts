import type { Milliseconds } from '../../session/units.ts';
import type { StartPolicy } from './policies.ts';

/**
 * How many sessions may start at the same time: as many as the machine bears, found by looking at what the last starts did to it. Pure.
 *
 * Counted in cores: the start of a session with a browser keeps about one busy, a light one (simulated, without a browser) a part of one.
 */
export interface StartPace {
  readonly cores: number;
}

/** What a start keeps busy. */
export const startCost = (isLight: boolean, policy: StartPolicy): number => (isLight ? policy.lightCores : 1);

export interface PaceObservation {
  /** That we may use; a fraction under a quota. */
  readonly cores: number;
  /** Of all of them together, 0 to 100; null: not measured. */
  readonly cpuPercent: number | null;
  /** Percent of the last ten seconds in which somebody waited for memory; null: the kernel does not tell. */
  readonly memoryPressure: number | null;
  /** How late the event loop of the session that is served worst is; null: none is connected. */
  readonly worstLagMs: Milliseconds | null;
  /** How many times longer than alone the starts of late took, beyond what they took from each other; null: none was seen. */
  readonly slowdown: number | null;
  /** What starts now, in cores. */
  readonly starting: number;
  /** Somebody waits for his turn, and for nothing else. */
  readonly isQueued: boolean;
}

/** At least one session starts at a time, whatever the machine says. */
const fewest = 1;

/** One start a core, until something is known. */
export const firstPace = (cores: number): StartPace => ({ cores: Math.max(fewest, cores) });

export const nextPace = (pace: StartPace, seen: PaceObservation, policy: StartPolicy): StartPace => {
  // Whoever waits for memory is about to be killed for it, or to make others wait: one after the other, until that is over.
  if (seen.memoryPressure !== null && seen.memoryPressure >= policy.memoryPressure) return { cores: fewest };

  const isStrained =
    (seen.worstLagMs !== null && seen.worstLagMs >= policy.lagMs) ||
    (seen.slowdown !== null && seen.slowdown >= policy.slowdown);
  if (isStrained) return { cores: Math.max(fewest, pace.cores / 2) };

  // Full, and yet cores stand idle: those that start wait for something else (a network, a disk).
  const isIdle = seen.cpuPercent !== null && seen.cpuPercent < policy.busyPercent;
  const isUsed = seen.isQueued && seen.starting > 0;
  const most = Math.max(fewest, seen.cores * policy.mostPerCore);
  if (isIdle && isUsed) return { cores: Math.min(most, pace.cores + Math.max(fewest, seen.cores / 2)) };

  // Strain is over: back to one a core, step by step.
  if (pace.cores < seen.cores) return { cores: Math.min(Math.max(fewest, seen.cores), pace.cores + fewest) };
  return pace.cores > most ? { cores: most } : pace;
};

/** A start that is over. */
export interface SeenStart {
  readonly tookMs: Milliseconds;
  /** Starts like it at the same time, itself included. */
  readonly together: number;
}

/** How many of the last starts are looked at, and how many make a judgement. */
const lately = 8;
const fewestSeen = 3;

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
};

/**
 * How many times longer than the quickest of their kind the last starts took, beyond what sharing the cores explains: 1 is "as it should be".
 * `quickestMs`: of all that were ever seen of this kind.
 */
export const slowdownOf = (
  seen: readonly SeenStart[],
  quickestMs: Milliseconds | null,
  cores: number,
): number | null => {
  const last = seen.slice(-lately);
  if (quickestMs === null || quickestMs <= 0 || last.length < fewestSeen) return null;

  return median(
    last.map(({ tookMs, together }) => tookMs / (quickestMs * Math.max(1, together / Math.max(cores, fewest)))),
  );
};
