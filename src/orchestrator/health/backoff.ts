import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { BackoffPolicy } from './policies.ts';

/** Delay before try number `attempt` (0 is the first), ms: exponential, at most `maxMs` plus jitter. `random` gives 0 to 1. */
export const backoffDelay = (attempt: number, policy: BackoffPolicy, random: () => number): Milliseconds => {
  const plain = Math.min(policy.maxMs, policy.firstMs * policy.factor ** Math.min(Math.max(0, attempt), 60));
  return Math.round(plain * (1 + policy.jitter * (2 * random() - 1)));
};

/** The number of the next try: one more, or 0 again once the session was connected for `stableMs` without a break. */
export const nextAttempt = (
  attempt: number,
  connectedSince: EpochMs | null,
  failedAt: EpochMs,
  policy: BackoffPolicy,
): number => (connectedSince !== null && failedAt - connectedSince >= policy.stableMs ? 0 : attempt + 1);
