import { backoffDelay } from '../../pace/backoff.ts';
import type { IncidentCheck } from '../../protocol/fleet.ts';
import { type NetworkFault, networkFaultOf } from '../../session/network-fault.ts';
import type { EpochMs } from '../../session/units.ts';
import type { FailureKind, IncidentState, Outage, SessionFailure } from './incident-detector.ts';
import type { NetworkPolicy } from './policies.ts';

/** No internet, DNS down, WhatsApp unreachable: what the probes of the outside say, and what follows for the sessions. Pure. */

export interface OutsideSeen {
  readonly internet: IncidentCheck['result'];
  readonly whatsapp: IncidentCheck['result'];
  /** A code of Node, or `HTTP 503`. */
  readonly seen: string;
}

/** What keeps this server from WhatsApp; null when something answered, even with an error of its own. */
export const faultOfProbe = ({ internet, whatsapp, seen }: OutsideSeen): NetworkFault | null => {
  if (whatsapp !== 'fails' || seen.startsWith('HTTP ')) return null;
  if (internet === 'ok') return 'whatsapp-unreachable';
  return networkFaultOf(seen) === 'dns' ? 'dns' : 'no-network';
};

/** What is known of the way out. */
export interface Reach {
  /** Probes in a row that reached nothing. */
  readonly unreached: number;
  /** Of the newest probe. */
  readonly fault: NetworkFault | null;
  /** WhatsApp was reached by a probe since this master began. */
  readonly everReached: boolean;
  readonly probedAt: EpochMs | null;
  readonly nextProbeAt: EpochMs;
}

export const unprobed: Reach = { unreached: 0, fault: null, everReached: false, probedAt: null, nextProbeAt: 0 };

/** `random` gives 0 to 1. */
export const foldProbe = (
  reach: Reach,
  probe: OutsideSeen,
  now: EpochMs,
  policy: NetworkPolicy,
  random: () => number,
): Reach => {
  const fault = faultOfProbe(probe);
  const unreached = fault === null ? 0 : reach.unreached + 1;
  const pause = fault === null ? policy.maxMs : backoffDelay(unreached - 1, policy, random);
  return {
    unreached,
    fault,
    everReached: reach.everReached || probe.whatsapp === 'ok',
    probedAt: now,
    nextProbeAt: now + pause,
  };
};

/** These may come of the network: worth asking the outside. */
const suspicious: ReadonlySet<FailureKind> = new Set(['network', 'offline', 'start']);

export const isSuspicious = ({ kind }: SessionFailure): boolean => suspicious.has(kind);

/** Whether the outside is to be asked now. `suspects`: failures that last and may come of the network. */
export const probeIsDue = (
  reach: Reach,
  suspects: readonly SessionFailure[],
  isOutage: boolean,
  now: EpochMs,
  policy: NetworkPolicy,
): boolean => {
  if (suspects.length === 0 && !isOutage) return false;
  if (reach.probedAt === null || now >= reach.nextProbeAt) return true;
  // The clock went back.
  if (reach.probedAt > now) return true;
  const { probedAt } = reach;
  return reach.unreached === 0 && now - probedAt >= policy.firstMs && suspects.some(({ at }) => at > probedAt);
};

/**
 * What is to be believed of the probes. One that failed once proves nothing; one that never reached WhatsApp while sessions are
 * connected goes another way than the browsers do (a proxy), and proves nothing either.
 */
export const believedFault = (reach: Reach, someConnected: boolean, policy: NetworkPolicy): NetworkFault | null =>
  reach.unreached >= policy.unreachedProbes && (reach.everReached || !someConnected) ? reach.fault : null;

/** An outage of which this few sessions suffer is an incident, too. Null without a suspect. */
export const openOutage = (
  suspects: readonly SessionFailure[],
  shouldBeConnected: number,
  outage: Outage,
  now: EpochMs,
  firstTrialMs: number,
): IncidentState | null => {
  const inOrder = [...suspects].sort((a, b) => a.at - b.at);
  const [first] = inOrder;
  const last = inOrder.at(-1);
  if (first === undefined || last === undefined) return null;
  return {
    startedAt: Math.min(first.at, now),
    sessionIds: inOrder.map(({ sessionId }) => sessionId),
    totalSessions: Math.max(shouldBeConnected, inOrder.length),
    spreadMs: last.at - first.at,
    kinds: Object.fromEntries(inOrder.map(({ sessionId, kind }) => [sessionId, kind])),
    trial: null,
    nextTryAt: now + firstTrialMs,
    failedTrials: 0,
    triedIds: [],
    outage,
  };
};

/** Offline for longer than a hiccup while this server reaches WhatsApp. */
const aloneKinds: ReadonlySet<FailureKind> = new Set(['network', 'offline']);

/** Sessions that cannot reach WhatsApp while this server can: their problem is their own. */
export const aloneWithIt = (
  reach: Reach,
  suspects: readonly SessionFailure[],
  now: EpochMs,
  policy: NetworkPolicy,
): readonly string[] => {
  const { probedAt } = reach;
  if (probedAt === null || reach.unreached > 0 || !reach.everReached) return [];
  return suspects
    .filter(({ kind, at }) => aloneKinds.has(kind) && at < probedAt && (kind === 'network' || now - at >= policy.maxMs))
    .map(({ sessionId }) => sessionId);
};
