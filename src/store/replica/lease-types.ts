import type { LeaseTerm } from '../../session/failover.ts';
import type { Fence, FenceClocks } from '../../session/fence.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { cannotAskReason, copiedDataReason, failoverAwayReason } from '../../session/verdict.ts';
import type { Store } from '../store.ts';
import type { ReplicaFailure } from './replica-failure.ts';
import type { ReplicaStore } from './replica-store.ts';
import type { SupabaseDoor } from './supabase-door.ts';

/** Nobody can be asked; the second: because of its failover it stopped so early. */
export type CannotAsk = typeof cannotAskReason | typeof failoverAwayReason;

/**
 * `granted`: this server may run the session, and its worker until `fence` passes; null: nobody else is known who could take it. Otherwise
 * why not, in words for its row.
 */
export type LeaseAnswer =
  | { readonly granted: true; readonly epoch: number; readonly asked: boolean; readonly fence: Fence | null }
  | {
      readonly granted: false;
      readonly code: 'runs-elsewhere' | typeof copiedDataReason | CannotAsk;
      readonly reason: string;
    };

export interface LeaseLost {
  readonly sessionId: string;
  readonly name: string;
  /**
   * `taken`: another server has it; `expiring`: it could not be renewed and another server may take it soon; `copied`: another machine speaks
   * as this server.
   */
  readonly why: 'taken' | 'expiring' | 'copied';
  readonly code: 'runs-elsewhere' | typeof copiedDataReason | CannotAsk;
  readonly reason: string;
}

export interface LeaseTiming extends LeaseTerm {
  /** Of a session whose failover is `auto`. */
  readonly auto: LeaseTerm;
  /** Until a question about a lease is given up: a start waits for it. */
  readonly askMs: Milliseconds;
}

export interface LeasesOptions {
  readonly store: Store;
  readonly replica: ReplicaStore;
  readonly door: SupabaseDoor;
  readonly nodeId: string;
  readonly host: string;
  readonly timing: LeaseTiming;
  readonly now: () => EpochMs;
  readonly clocks: FenceClocks;
  /** Which boot of the machine the monotonic clock counts from; null: nobody can say. */
  readonly bootId: string | null;
  /** Other fleets known in this Supabase. */
  readonly others: () => number;
  /** The last contact failed a moment ago: asking would only wait. */
  readonly isAway: () => boolean;
  readonly onTrouble: (failure: ReplicaFailure) => void;
  readonly onLost: (lost: LeaseLost) => void;
  /** The session's worker may run until then; null: as long as it wants. */
  readonly onFence: (sessionId: string, fence: Fence | null) => void;
  /** A session has come from another server: its history is fetched before it runs. */
  readonly onMoved: (sessionId: string) => Promise<void>;
}

export interface HeldLease {
  readonly name: string;
  readonly epoch: number;
  /** 0: begun while Supabase was away and no other server was known; the next contact asks properly. */
  until: EpochMs;
  monotonicUntil: Milliseconds;
  /** Of the failover with which it was taken or renewed: another one may be chosen since. */
  marginMs: Milliseconds;
}

/** Leases of this server by session id. */
export type HeldLeases = Map<string, HeldLease>;
