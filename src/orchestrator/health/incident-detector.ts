import type { NetworkFault } from '../../session/network-fault.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { IncidentPolicy } from './policies.ts';

/**
 * Many sessions failing at once is one incident: restarts are paused, one session tries first, and it lifts itself. Pure: the owner
 * keeps the state, feeds what happened, and does what the actions say.
 */

/** `network`: the session said itself that the network keeps it from WhatsApp. */
export type FailureKind =
  | 'network'
  | 'offline'
  | 'worker-died'
  | 'browser-died'
  | 'page'
  | 'start'
  | 'deaf'
  | 'logged-out';

export interface SessionFailure {
  readonly sessionId: string;
  readonly at: EpochMs;
  readonly kind: FailureKind;
}

/** The network is away. */
export interface Outage {
  readonly fault: NetworkFault;
  /** When the outside is asked next; what answers then lets all sessions start. */
  readonly nextTryAt: EpochMs;
}

export interface IncidentState {
  readonly startedAt: EpochMs;
  /** In the order in which they failed. */
  readonly sessionIds: readonly string[];
  /** Sessions that should have been connected when it began. */
  readonly totalSessions: number;
  /** Time between the first and the last failure that opened it, ms. */
  readonly spreadMs: Milliseconds;
  /** Newest failure of each session, by id. */
  readonly kinds: Readonly<Record<string, FailureKind>>;
  readonly trial: { readonly sessionId: string; readonly startedAt: EpochMs } | null;
  readonly nextTryAt: EpochMs | null;
  readonly failedTrials: number;
  /** Tried since everybody had a turn. */
  readonly triedIds: readonly string[];
  /** The network is away: nobody is restarted, the outside is asked again and again, and its first answer lifts it. */
  readonly outage: Outage | null;
}

const recent = (failures: readonly SessionFailure[], now: EpochMs, windowMs: Milliseconds): SessionFailure[] => {
  const newest = new Map<string, SessionFailure>();
  for (const failure of failures) {
    // A failure of the future is one from before the clock went back.
    const age = now - Math.min(failure.at, now);
    if (age > windowMs) continue;
    const known = newest.get(failure.sessionId);
    if (known === undefined || known.at <= failure.at) newest.set(failure.sessionId, failure);
  }
  return [...newest.values()].sort((a, b) => a.at - b.at);
};

/**
 * A new incident, or null. `failures` are those of the last minutes that no person caused and that still last; `shouldBeConnected` is
 * how many sessions are wanted running and were not already waiting for a person.
 */
export const detectIncident = (
  failures: readonly SessionFailure[],
  shouldBeConnected: number,
  now: EpochMs,
  policy: IncidentPolicy,
): IncidentState | null => {
  const together = recent(failures, now, policy.windowMs);
  const first = together[0];
  const last = together.at(-1);
  if (first === undefined || last === undefined) return null;
  if (together.length < policy.fewestSessions || together.length < shouldBeConnected * policy.share) return null;
  return {
    startedAt: first.at,
    sessionIds: together.map((failure) => failure.sessionId),
    totalSessions: Math.max(shouldBeConnected, together.length),
    spreadMs: last.at - first.at,
    kinds: Object.fromEntries(together.map((failure) => [failure.sessionId, failure.kind])),
    trial: null,
    nextTryAt: now + policy.firstTrialMs,
    failedTrials: 0,
    triedIds: [],
    outage: null,
  };
};

export type LiftCause = 'trial-connected' | 'came-back' | 'nobody-left' | 'network-back';

export type IncidentAction =
  /** These belong to it, too, from now on: pause their restarts. */
  | { readonly kind: 'join'; readonly sessionIds: readonly string[] }
  /** Start this one session now, the others stay paused. */
  | { readonly kind: 'try'; readonly sessionId: string }
  | { readonly kind: 'trial-failed'; readonly sessionId: string; readonly nextTryAt: EpochMs }
  /** Over: let its sessions start again, staggered by `admit`. */
  | { readonly kind: 'lift'; readonly because: LiftCause };

export interface IncidentInput {
  readonly now: EpochMs;
  readonly failures: readonly SessionFailure[];
  /** Since when each session has been connected; those not connected are missing. */
  readonly connectedSince: ReadonlyMap<string, EpochMs>;
  /** Sessions that are wanted running and do not wait for a person, longest connected first: the order in which they are tried. */
  readonly wanted: readonly string[];
  /** The network is away (`believedFault`), or not any more; left out: nothing new is known. */
  readonly outage?: Outage | null;
}

export interface IncidentStep {
  /** Null: lifted. */
  readonly state: IncidentState | null;
  readonly actions: readonly IncidentAction[];
}

const trialDelay = (failedTrials: number, policy: IncidentPolicy): Milliseconds =>
  Math.min(policy.maxTrialMs, policy.firstTrialMs * policy.trialFactor ** Math.min(failedTrials, 30));

/** One look at an open incident. Call it about once a second, and with every change of a session. */
export const stepIncident = (state: IncidentState, input: IncidentInput, policy: IncidentPolicy): IncidentStep => {
  const { now, connectedSince } = input;
  const wanted = new Set(input.wanted);
  const actions: IncidentAction[] = [];

  const newcomers = recent(input.failures, now, policy.windowMs).filter(
    ({ sessionId }) => !state.sessionIds.includes(sessionId) && wanted.has(sessionId) && !connectedSince.has(sessionId),
  );
  if (newcomers.length > 0) actions.push({ kind: 'join', sessionIds: newcomers.map(({ sessionId }) => sessionId) });
  let next: IncidentState = {
    ...state,
    sessionIds: [...state.sessionIds, ...newcomers.map(({ sessionId }) => sessionId)],
    totalSessions: Math.max(state.totalSessions, state.sessionIds.length + newcomers.length),
    kinds: { ...state.kinds, ...Object.fromEntries(newcomers.map(({ sessionId, kind }) => [sessionId, kind])) },
  };

  const concerned = next.sessionIds.filter((id) => wanted.has(id));
  const lift = (because: LiftCause): IncidentStep => ({
    state: null,
    actions: [...actions, { kind: 'lift', because }],
  });
  if (concerned.length === 0) return lift('nobody-left');

  if (state.outage !== null) {
    // Whoever got through proves that others can, whatever the probes say.
    const gotThrough = concerned.some((id) => (connectedSince.get(id) ?? 0) > state.startedAt);
    if (input.outage === null || gotThrough) return lift('network-back');
  }
  if (input.outage !== undefined && JSON.stringify(input.outage) !== JSON.stringify(next.outage))
    next = { ...next, outage: input.outage };

  const isStable = (id: string): boolean => {
    const since = connectedSince.get(id);
    return since !== undefined && now - since >= policy.stableMs;
  };
  if (next.trial !== null && isStable(next.trial.sessionId)) return lift('trial-connected');
  const back = concerned.filter(isStable).length;
  if (back >= concerned.length * policy.backShare) return lift('came-back');

  if (next.trial !== null) {
    const { sessionId, startedAt } = next.trial;
    const connecting = connectedSince.has(sessionId);
    const tookMs = Math.max(0, now - startedAt);
    // One that connected late is given its time to prove stable; one that is no more wanted ends its trial.
    if (!wanted.has(sessionId) || (!connecting && tookMs >= policy.trialMs)) {
      const failedTrials = next.failedTrials + 1;
      const nextTryAt = now + trialDelay(failedTrials, policy);
      actions.push({ kind: 'trial-failed', sessionId, nextTryAt });
      next = { ...next, trial: null, failedTrials, nextTryAt };
    }
    return { state: next, actions };
  }

  if (next.nextTryAt !== null && now >= next.nextTryAt) {
    const waiting = input.wanted.filter((id) => next.sessionIds.includes(id) && !connectedSince.has(id));
    const untried = waiting.find((id) => !next.triedIds.includes(id));
    const chosen = untried ?? waiting[0];
    if (chosen !== undefined) {
      actions.push({ kind: 'try', sessionId: chosen });
      const triedIds = untried === undefined ? [chosen] : [...next.triedIds, chosen];
      next = { ...next, trial: { sessionId: chosen, startedAt: now }, nextTryAt: null, triedIds };
    }
  }
  return { state: next, actions };
};
