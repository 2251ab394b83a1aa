import type { Bytes, CpuPercent, EpochMs, Milliseconds } from '../../session/units.ts';
import type { SessionPolicy } from './policies.ts';

/** Since when a session is beyond each limit. Pure: fold every sample in, keep the result beside the session, drop it at a restart. */

export interface Streaks {
  readonly cpuHighSince: EpochMs | null;
  readonly loopLagSince: EpochMs | null;
  readonly memorySoftSince: EpochMs | null;
}

export const noStreaks: Streaks = { cpuHighSince: null, loopLagSince: null, memorySoftSince: null };

export interface StreakSample {
  /** Of the whole tree; null keeps what was known. */
  readonly cpuPercent: CpuPercent | null;
  readonly eventLoopLagMs: Milliseconds | null;
  readonly memoryBytes: Bytes | null;
}

const since = (before: EpochMs | null, beyond: boolean | null, now: EpochMs): EpochMs | null => {
  if (beyond === null) return before;
  if (!beyond) return null;
  // A clock that went back must not make a streak of the future.
  return before === null ? now : Math.min(before, now);
};

/** The same object when nothing changed. */
export const foldStreaks = (before: Streaks, sample: StreakSample, now: EpochMs, policy: SessionPolicy): Streaks => {
  const beyond = (value: number | null, limit: number): boolean | null => (value === null ? null : value >= limit);
  const after: Streaks = {
    cpuHighSince: since(before.cpuHighSince, beyond(sample.cpuPercent, policy.cpuStuckPercent), now),
    loopLagSince: since(before.loopLagSince, beyond(sample.eventLoopLagMs, policy.loopLagMs), now),
    memorySoftSince: since(before.memorySoftSince, beyond(sample.memoryBytes, policy.memorySoftBytes), now),
  };
  return after.cpuHighSince === before.cpuHighSince &&
    after.loopLagSince === before.loopLagSince &&
    after.memorySoftSince === before.memorySoftSince
    ? before
    : after;
};
