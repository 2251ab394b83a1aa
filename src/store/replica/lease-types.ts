import type { Fence, FenceClocks } from '../../session/fence.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { Store } from '../store.ts';
import type { ReplicaFailure } from './replica-failure.ts';
import type { ReplicaStore } from './replica-store.ts';
import type { SupabaseDoor } from './supabase-door.ts';

/**
 * `granted`: this server may run the session, and its worker until `fence` passes; null: nobody else is known who could take it. Otherwise
 * why not, in words for its row.
 */
export type LeaseAnswer =
  | { readonly granted: true; readonly epoch: number; readonly asked: boolean; readonly fence: Fence | null }
  | { readonly granted: false; readonly code: 'runs-elsewhere' | 'cannot-ask'; readonly reason: string };

export interface LeaseLost {
  readonly sessionId: string;
  readonly name: string;
  /** `taken`: another server has it; `expiring`: it could not be renewed and another server may take it soon. */
  readonly why: 'taken' | 'expiring';
  readonly reason: string;
}

export interface LeaseTiming {
  /** How long a lease lasts without being renewed. */
  readonly leaseMs: Milliseconds;
  /** A lease that cannot be renewed is given up this long before it ends, so that Chromium is gone by then. */
  readonly marginMs: Milliseconds;
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
}

/** Leases of this server by session id. */
export type HeldLeases = Map<string, HeldLease>;
