import type { GroupNode } from '../../session/group-node.ts';
import { plainText } from '../../session/plain-text.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { Store } from '../store.ts';
import type { LeaseAnswer } from './lease-types.ts';
import type { Leases } from './leases.ts';
import type { ReplicaStore } from './replica-store.ts';
import type { RpcAnswer, SupabaseDoor } from './supabase-door.ts';

/** Sessions that go from one server to another because a person wants it, and what a person asks of the servers. */

/** Where a session is, and how it stands there by its server's own word. */
export interface MoveStanding {
  readonly homeNode: string | null;
  readonly homeName: string | null;
  /** An offer stands: nobody took the lease since, or who took it has not settled yet. */
  readonly offered: boolean;
  readonly wantedNode: string | null;
  readonly state: string | null;
  readonly reasonCode: string | null;
  readonly reason: string | null;
}

/** Each throws a `ReplicaFailure` when Supabase does not answer. */
export interface NodeMoves {
  readonly nodeId: string;
  /** Whether Supabase has file 10 of the migrations. */
  isReady(): boolean;
  nodes(): Promise<readonly GroupNode[]>;
  /** When it was asked for, by the database's clock (0: ended); null: there is no such server. */
  drain(nodeId: string, draining: boolean): Promise<number | null>;
  look(name: string): Promise<MoveStanding | null>;
  /** The right to it, for a session that does not run. */
  take(sessionId: string, name: string): Promise<LeaseAnswer>;
  epochOf(sessionId: string): number | null;
  /** Gives it back to whoever wants it. */
  release(sessionId: string): Promise<void>;
  /** Whether all that was written here until now is there, at the latest after this time. */
  pushed(withinMs: Milliseconds, signal: AbortSignal): Promise<boolean>;
  /** Gives the right to it to another server, which has this long to take it. False: it is not this server's any more. */
  offer(offer: {
    readonly sessionId: string;
    readonly name: string;
    readonly to: string;
    readonly runs: boolean;
    readonly withinMs: Milliseconds;
  }): Promise<boolean>;
  /** It lives elsewhere from now on; nothing here wants to run it any more. */
  left(sessionId: string, home: { readonly node: string | null; readonly host: string | null }): void;
}

/** Which file of the migrations moves came with, as `zap_fleet_hello` says it. */
export const movesSchema = 6;
const lookEvery: Milliseconds = 100;

const nodeOf = (row: RpcAnswer<'zap_fleet_nodes'>[number], here: string): GroupNode => ({
  nodeId: row.node_id,
  name: plainText(row.name),
  host: row.host === null ? null : plainText(row.host),
  version: row.version === null ? null : plainText(row.version),
  schema: row.schema,
  room: row.room,
  running: row.running,
  labels: row.labels.map(plainText),
  adopts: row.adopts,
  draining: row.draining,
  silentMs: row.silent_seconds === null ? null : Math.max(0, row.silent_seconds) * 1000,
  sessions: row.sessions,
  here: row.node_id === here,
});

export const createNodeMoves = (options: {
  readonly store: Store;
  readonly replica: ReplicaStore;
  readonly door: SupabaseDoor;
  readonly leases: Leases;
  readonly nodeId: string;
  /** Sends what waits now. */
  readonly wake: () => void;
  readonly now: () => EpochMs;
}): NodeMoves => {
  const { store, replica, door, leases, nodeId, now } = options;

  return {
    nodeId,
    isReady: () => door.schema() >= movesSchema,
    nodes: async () => (await door.call('zap_fleet_nodes', { p_node: nodeId })).map((row) => nodeOf(row, nodeId)),
    drain: (target, draining) => door.call('zap_fleet_drain', { p_target: target, p_draining: draining }),
    look: async (name) => {
      const row = await door.call('zap_fleet_move_look', { p_session_name: name });
      if (row === null) return null;
      return {
        homeNode: row.home_node,
        homeName: row.home_name === null ? null : plainText(row.home_name),
        offered: row.offered,
        wantedNode: row.wanted_node === '' ? null : row.wanted_node,
        state: row.state,
        reasonCode: row.reason_code,
        reason: row.reason === null ? null : plainText(row.reason),
      };
    },
    take: leases.take,
    epochOf: leases.epochOf,
    release: leases.release,
    pushed: async (withinMs, signal) => {
      const newest = store.changes.newest();
      const giveUpAt = now() + withinMs;
      while (replica.cursor() < newest && store.changes.countSince(replica.readFrom()) > 0) {
        if (signal.aborted || now() > giveUpAt) return false;
        options.wake();
        await new Promise((resolve) => setTimeout(resolve, lookEvery));
      }
      return true;
    },
    offer: async ({ sessionId, name, to, runs, withinMs }) => {
      await leases.letGo(sessionId);
      return door.call('zap_fleet_move_offer', {
        p_node: nodeId,
        p_session_name: name,
        p_epoch: replica.session(sessionId)?.leaseEpoch ?? 0,
        p_to: to,
        p_runs: runs,
        p_seconds: Math.ceil(withinMs / 1000),
      });
    },
    left: (sessionId, home) =>
      store.database.transaction(() => {
        replica.update(sessionId, { homeNode: home.node, homeHost: home.host, leaseUntil: 0 });
        store.sessions.leave(sessionId);
        // What was tried stays here with its figures; over there everybody is answered as published.
        const canary = store.canaries.running(sessionId);
        const ended = { state: 'rolled-back', end: 'moved', evidence: null, decidedBy: 'fleet' } as const;
        if (canary !== null) store.canaries.finish(canary.id, ended, now());
        store.proposals.leave(sessionId, now());
      }),
  };
};
