import type { Fence } from '../../session/fence.ts';
import type { OfferedSession, ReplicaStatus, StoreTransfer } from '../../session/records.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { Store } from '../store.ts';
import type { ReplicaEdit } from './apply-edit.ts';
import type { BatchLimits } from './batch-cut.ts';
import type { GroupFacts } from './group-watch.ts';
import type { LeaseAnswer, LeaseLost } from './lease-types.ts';
import type { NodeClaimsOptions, NodeFacts } from './node-claims.ts';
import type { NodeMoves } from './node-moves.ts';
import type { ReplicaTiming } from './replica-timing.ts';

/** What replication with Supabase is given, and what the fleet asks of it. */

export interface ReplicatorOptions {
  readonly store: Store;
  readonly url: string;
  readonly key: string;
  /** Survives redeploys: the store's fleet id. */
  readonly nodeId: string;
  /** The server's name for people. */
  readonly host?: string;
  readonly clock: {
    readonly now: () => EpochMs;
    readonly random: () => number;
    /** Default: this machine's. */
    readonly monotonic?: () => Milliseconds;
    /** Which boot that one counts from. Default: this machine's. */
    readonly bootId?: string | null;
  };
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
  readonly onEdit: (edit: ReplicaEdit) => void;
  readonly onStatus: (status: ReplicaStatus) => void;
  /** The session must not run here any more: end its browser now. */
  readonly onLeaseLost: (lost: LeaseLost) => void;
  /** The session's worker may run until then; null: as long as it wants. */
  readonly onFence: (sessionId: string, fence: Fence | null) => void;
  /** Absent: it says nothing of itself and takes no session by itself. */
  readonly node?: NodeFacts;
  readonly onClaimed?: NodeClaimsOptions['onClaimed'];
  /** Absent: it tells the others nothing of itself, and asks nothing about them. */
  readonly group?: GroupFacts;
  readonly onArrived?: NodeClaimsOptions['onArrived'];
  readonly onDrainAsked?: NodeClaimsOptions['onDrainAsked'];
  readonly fetch?: typeof globalThis.fetch;
  readonly realtime?: boolean;
  readonly timing?: Partial<ReplicaTiming>;
  readonly limits?: BatchLimits;
}

export interface Replicator {
  start(): void;
  /** Sends what it can, gives leases back (unless workers go on without a master) and ends, within this time. */
  stop(
    withinMs: Milliseconds,
    options?: {
      readonly keepLeases?: boolean;
      /** It ends on purpose, and the others are told so. */
      readonly goodbye?: boolean;
    },
  ): Promise<void>;
  status(): ReplicaStatus;
  /** Everything that Supabase lacks, then a count check. Throws `unavailable` with what to do. */
  pushAll(): Promise<StoreTransfer>;
  /** Sessions and history from Supabase, then a count check. Throws `unavailable` with what to do. */
  pullAll(onRows?: (rows: number) => void): Promise<StoreTransfer>;
  offered(): readonly OfferedSession[];
  /** Those of them that no server ran yet. */
  newRows(): readonly OfferedSession[];
  adopt(name: string): Promise<string>;
  takeLease(sessionId: string, name: string, force?: boolean): Promise<LeaseAnswer>;
  releaseLease(sessionId: string): Promise<void>;
  /** The epoch of the lease that this server has; null: none, or Supabase was never asked for it. */
  epochOf(sessionId: string): number | null;
  /** Whether Supabase says now that this server has it; false as well when it cannot be asked. */
  confirmLease(sessionId: string): Promise<boolean>;
  /** Whether another server had the session's lease at the last look. */
  runsElsewhere(sessionId: string): boolean;
  /** The name of the server that has a session, when that is another one; null: this one, or nobody. */
  hostOf(sessionId: string): string | null;
  /** What a person asks of the servers of the group. */
  readonly moves: NodeMoves;
  /** Whether all that was erased here until now is erased there, at the latest after this time. */
  erased(withinMs: Milliseconds): Promise<boolean>;
}
