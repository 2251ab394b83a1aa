import { backoffDelay } from '../../pace/backoff.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { BackoffPolicy, HealthPolicies } from './policies.ts';

/** Stops a session that keeps crashing, and a fleet that restarts too much. Pure: the owner keeps the lists of times. */

export interface WindowPolicy {
  readonly maxRestarts: number;
  readonly windowMs: Milliseconds;
}

/** Those of `restarts` that still count. Times in the future (the clock went back) count as now, so that they end. */
const restartsInWindow = (restarts: readonly EpochMs[], now: EpochMs, policy: WindowPolicy): readonly EpochMs[] =>
  restarts.map((at) => Math.min(at, now)).filter((at) => now - at < policy.windowMs);

/** `restarts` with one more, without those that no longer count: bounded by what the window can hold. */
export const noteRestart = (restarts: readonly EpochMs[], now: EpochMs, policy: WindowPolicy): readonly EpochMs[] => [
  ...restartsInWindow(restarts, now, policy),
  now,
];

/** Whether one more automatic restart would be more than the breaker allows. Open stays open until the list is emptied by a person. */
export const breakerOpens = (restarts: readonly EpochMs[], now: EpochMs, policy: WindowPolicy): boolean =>
  restartsInWindow(restarts, now, policy).length >= policy.maxRestarts;

/** The earliest moment at which the fleet's budget allows one more automatic restart; `now` when it does already. */
export const budgetAllowsAt = (fleetRestarts: readonly EpochMs[], now: EpochMs, policy: WindowPolicy): EpochMs => {
  const counted = [...restartsInWindow(fleetRestarts, now, policy)].sort((a, b) => a - b);
  const freed = counted[counted.length - policy.maxRestarts];
  return freed === undefined ? now : freed + policy.windowMs;
};

/** The number of the next try: one more, or 0 again once the session was connected for `stableMs` without a break. */
export const nextAttempt = (
  attempt: number,
  connectedSince: EpochMs | null,
  failedAt: EpochMs,
  policy: BackoffPolicy,
): number => (connectedSince !== null && failedAt - connectedSince >= policy.stableMs ? 0 : attempt + 1);

export type RestartPlan =
  | {
      readonly kind: 'restart';
      readonly at: EpochMs;
      /** Why it is later than at once. */
      readonly waitsFor: 'backoff' | 'budget' | 'network';
      readonly evidence: Readonly<Record<string, number>>;
    }
  /** The breaker is open: `failed`, one alert, manual reset. */
  | { readonly kind: 'give-up'; readonly reason: string; readonly evidence: Readonly<Record<string, number>> };

export interface RestartInput {
  readonly now: EpochMs;
  /** Number of the next try, from `nextAttempt`. */
  readonly attempt: number;
  /** Automatic restarts of this session since its last manual reset. */
  readonly sessionRestarts: readonly EpochMs[];
  /** Automatic restarts of the whole fleet. */
  readonly fleetRestarts: readonly EpochMs[];
  /** It failed over the network, or over the store: no crash, so that neither breaker nor budget is asked, and it is never given up. */
  readonly network?: 'all' | 'alone';
  /** What went wrong last, in words. */
  readonly lastCause: string;
}

/** When a session is restarted, or that it is not any more. `random` gives 0 to 1. */
export const planRestart = (
  input: RestartInput,
  policies: Pick<HealthPolicies, 'backoff' | 'network' | 'breaker' | 'budget'>,
  random: () => number,
): RestartPlan => {
  const { now } = input;
  const counted = restartsInWindow(input.sessionRestarts, now, policies.breaker).length;
  const evidence = {
    restarts: counted,
    maxRestarts: policies.breaker.maxRestarts,
    windowMs: policies.breaker.windowMs,
    attempt: input.attempt,
  };
  if (input.network !== undefined) {
    // One that is alone with it opens browser after browser for itself only: it may take its time.
    const backoff = input.network === 'alone' ? policies.backoff : policies.network;
    return { kind: 'restart', at: now + backoffDelay(input.attempt, backoff, random), waitsFor: 'network', evidence };
  }
  if (breakerOpens(input.sessionRestarts, now, policies.breaker)) {
    const minutes = Math.round(policies.breaker.windowMs / 60_000);
    return { kind: 'give-up', reason: `${counted} crashes in ${minutes}m: ${input.lastCause}`, evidence };
  }
  const byBackoff = now + backoffDelay(input.attempt, policies.backoff, random);
  const byBudget = budgetAllowsAt(input.fleetRestarts, now, policies.budget);
  return byBudget > byBackoff
    ? { kind: 'restart', at: byBudget, waitsFor: 'budget', evidence }
    : { kind: 'restart', at: byBackoff, waitsFor: 'backoff', evidence };
};
