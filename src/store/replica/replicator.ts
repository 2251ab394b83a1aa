import { hostname } from 'node:os';
import { endsWithin } from '../../pace/deadline.ts';
import { createQueue } from '../../pace/queue.ts';
import { type Fence, machineClocks } from '../../session/fence.ts';
import { plainText } from '../../session/plain-text.ts';
import type { OfferedSession, ReplicaStatus, StoreTransfer } from '../../session/records.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { copiedDataReason } from '../../session/verdict.ts';
import type { Store } from '../store.ts';
import type { ReplicaEdit } from './apply-edit.ts';
import type { BatchLimits } from './batch-cut.ts';
import { machineBootId } from './boot-id.ts';
import { createEdits } from './edits.ts';
import { createGroupWatch, type GroupFacts, type GroupWatch } from './group-watch.ts';
import type { LeaseAnswer, LeaseLost } from './lease-types.ts';
import { createLeases, type Leases } from './leases.ts';
import { loneAutoProblem } from './lone-auto.ts';
import { createNodeClaims, type NodeClaimsOptions, type NodeFacts } from './node-claims.ts';
import { createNodeMoves, type NodeMoves } from './node-moves.ts';
import { createPusher, type Pusher } from './pusher.ts';
import { createErrands } from './replica-errands.ts';
import { asFailure } from './replica-failure.ts';
import { createStanding } from './replica-standing.ts';
import { createReplicaStore } from './replica-store.ts';
import { type ReplicaTiming, replicaTiming } from './replica-timing.ts';
import { createReplicationLoop } from './replication-loop.ts';
import { openSupabase, type SupabaseDoor } from './supabase-door.ts';
import { createTransfer } from './transfer.ts';

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

const defaultLimits: BatchLimits = { rows: 1000, characters: 1_000_000 };
const pullPageRows = 500;

const openGroup = (
  { group, nodeId, host, clock }: ReplicatorOptions,
  door: SupabaseDoor,
  timing: ReplicaTiming,
  onRefused: (reason: string) => void,
): GroupWatch | null => {
  if (group === undefined) return null;
  return createGroupWatch({
    door,
    nodeId,
    host: host ?? hostname(),
    facts: group,
    everyMs: 2 * timing.pollMs,
    askMs: timing.askMs,
    now: clock.now,
    onRefused,
  });
};

/** Nothing is said to Supabase before it is known that this machine may speak as this server. */
const greetingFirst = (sender: Pusher, group: GroupWatch | null): Pusher => ({
  ...sender,
  hello: async () => {
    await group?.greet();
    await sender.hello();
  },
});

/** What it says of itself, and what it takes; null: nothing. */
const openClaims = (
  { node, store, nodeId, clock, log, onClaimed, onArrived, onDrainAsked }: ReplicatorOptions,
  parts: Pick<NodeClaimsOptions, 'door' | 'replica' | 'transfer' | 'host' | 'heeded'>,
) =>
  node === undefined
    ? null
    : createNodeClaims({
        ...parts,
        nodeId,
        facts: node,
        sessionOf: (name) => store.sessions.list().find((one) => one.name === name) ?? null,
        now: clock.now,
        log,
        onClaimed: onClaimed ?? (() => undefined),
        onArrived: onArrived ?? (() => undefined),
        onDrainAsked: onDrainAsked ?? (() => undefined),
      });

/** What this server says of itself and hears of the others, with each look at the edits. */
const createLook = (
  nodes: ReturnType<typeof createNodeClaims> | null,
  group: GroupWatch | null,
  log: ReplicatorOptions['log'],
) => {
  let saidOfNodes = '';
  return async (): Promise<void> => {
    try {
      await nodes?.round();
      await group?.round();
    } catch (error) {
      const failure = asFailure(error);
      if (failure.kind === 'away' || group?.isRefused() === true) throw failure;
      // What it sends must not wait for what it only says of itself.
      if (saidOfNodes !== failure.message) log('warn', failure.message);
      saidOfNodes = failure.message;
    }
  };
};

/** Not while another machine speaks as this server. */
const createLeaseTakingHere =
  (leases: Leases, group: GroupWatch | null): Replicator['takeLease'] =>
  async (sessionId, name, force) => {
    const refusal = (await group?.refusal()) ?? null;
    if (refusal !== null) return { granted: false, code: copiedDataReason, reason: refusal };
    return leases.take(sessionId, name, force);
  };

/** What replication consists of, made in the order in which one needs the other. */
const assemble = (options: ReplicatorOptions) => {
  const { store, clock, nodeId } = options;
  const timing: ReplicaTiming = { ...replicaTiming, ...options.timing };
  const host = options.host ?? hostname();
  const { now } = clock;
  const replica = createReplicaStore(store);
  const door = openSupabase({
    url: options.url,
    key: options.key,
    requestMs: timing.requestMs,
    realtime: options.realtime ?? true,
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  });
  const group = openGroup(options, door, timing, (reason) => leases.giveUpAll(copiedDataReason, reason));
  const limits = options.limits ?? defaultLimits;
  const edits = createEdits({ store, replica, door, nodeId, now, onEdit: options.onEdit });
  const pusher = greetingFirst(
    createPusher({ store, replica, door, nodeId, host, limits, now, onRewound: edits.forget }),
    group,
  );
  const drain = async (): Promise<void> => {
    for (;;) if (!(await pusher.push())) return;
  };
  const transfer = createTransfer({ store, replica, door, nodeId, now, pageRows: pullPageRows, drain });

  const refusedRows = (): string | null =>
    replica.asideCount() === 0 ? null : `Supabase refused ${replica.asideCount()} rows: ${replica.firstAside()}`;
  /** Once Supabase was asked who else there is. */
  const loneAuto = (): string | null =>
    group === null || !group.isHeard() ? null : loneAutoProblem(pusher.others(), store.sessions.list());
  const standing = createStanding({
    now,
    log: options.log,
    onStatus: options.onStatus,
    waitingRows: pusher.waitingRows,
    problem: () =>
      edits.problems()[0] ?? refusedRows() ?? group?.problem() ?? nodes?.problem(group?.gone()) ?? loneAuto(),
    awayMs: timing.watchMs,
  });

  /** One at a time: the background loop, `pushAll`, `pullAll` and `adopt` share one cursor. */
  const { run: exclusive } = createQueue();
  const leases = createLeases({
    store,
    replica,
    door,
    nodeId,
    host,
    timing,
    now,
    clocks: { wall: now, monotonic: clock.monotonic ?? machineClocks.monotonic },
    bootId: clock.bootId === undefined ? machineBootId() : clock.bootId,
    others: pusher.others,
    isAway: standing.isAway,
    onTrouble: standing.failed,
    onLost: options.onLeaseLost,
    onFence: options.onFence,
    onMoved: (sessionId) => exclusive(() => transfer.bringMoved(sessionId)),
  });
  const isElsewhere = (sessionId: string): boolean => {
    const home = replica.session(sessionId)?.homeNode ?? null;
    return home !== null && home !== nodeId;
  };
  const nodes = openClaims(options, { door, replica, transfer, host, heeded: leases.heeded });
  const onLook = createLook(nodes, group, options.log);
  const loop = createReplicationLoop({
    pusher,
    edits,
    leases,
    onLook,
    standing,
    timing,
    clock,
    exclusive,
    isElsewhere,
  });
  const takeLease = createLeaseTakingHere(leases, group);
  const moves = createNodeMoves({
    store,
    replica,
    door,
    leases: { ...leases, take: takeLease },
    nodeId,
    wake: loop.wake,
    now,
  });
  const errands = createErrands({ pusher, edits, leases, transfer, replica, loop, exclusive, drain });

  return {
    timing,
    replica,
    door,
    edits,
    standing,
    leases,
    group,
    isElsewhere,
    loop,
    errands,
    exclusive,
    drain,
    moves,
    takeLease,
  };
};
type Parts = ReturnType<typeof assemble>;

/** Sends what it can, gives leases back and ends within this time; requests that are still under way end with the door. */
const endWithin = async (
  { door, leases, group, loop, standing, exclusive, drain }: Parts,
  log: ReplicatorOptions['log'],
  withinMs: Milliseconds,
  { keepLeases, goodbye }: { readonly keepLeases: boolean; readonly goodbye: boolean },
): Promise<void> => {
  const last = async (): Promise<void> => {
    await loop.ended();
    if (standing.isOk()) await exclusive(drain);
    if (!keepLeases) await leases.releaseAll();
    if (goodbye) await group?.goodbye();
  };
  const ended = last().catch((error: unknown) =>
    log('warn', `Supabase was left behind at the stop: ${asFailure(error).message}`),
  );

  await endsWithin(ended, withinMs);
  await door.close();
  await ended;
};

/** Waits until what was erased here by now is erased there, too. */
const erasedWithin = async (
  { loop, standing }: Parts,
  { changes }: Store,
  now: () => EpochMs,
  withinMs: Milliseconds,
): Promise<boolean> => {
  const newest = changes.newest();
  const giveUpAt = now() + withinMs;
  for (;;) {
    const next = changes.tombstonesSince(0, 1)[0];
    if (next === undefined || next.changeSeq > newest) return true;
    if (loop.isStopping() || !standing.isOk() || now() > giveUpAt) return false;

    loop.wake();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** Keeps Supabase in step with the store, in the background; nothing in the fleet ever waits for it but a session's lease. */
export const createReplicator = (options: ReplicatorOptions): Replicator => {
  const parts = assemble(options);
  const { timing, replica, door, edits, standing, leases, isElsewhere, loop, errands } = parts;
  let watch: ReturnType<typeof setInterval> | null = null;
  /** Beside the loop: what moves there may take longer than the shortest lease lasts. */
  const renewInTime = (): void => {
    leases.renewInTime().catch((error: unknown) => standing.failed(asFailure(error)));
  };

  return {
    start: () => {
      if (loop.isRunning()) return;

      door.onEdited((edit) => {
        // Our own writes of states come back here, too.
        if (edit === null || edit.movingTo === options.nodeId || !edits.isKnown(edit.name, edit.revision))
          loop.pollSoon();
      });
      watch = setInterval(() => {
        if (standing.isOk()) renewInTime();
        else leases.watch();
        standing.publish();
      }, timing.watchMs);
      loop.begin();
    },
    stop: async (withinMs, { keepLeases = false, goodbye = false } = {}) => {
      loop.stop();
      if (watch !== null) clearInterval(watch);
      await endWithin(parts, options.log, withinMs, { keepLeases, goodbye });
    },
    status: standing.status,
    ...errands,
    moves: parts.moves,
    offered: edits.offered,
    newRows: edits.newRows,
    takeLease: parts.takeLease,
    epochOf: leases.epochOf,
    releaseLease: async (sessionId) => {
      try {
        await leases.release(sessionId);
      } catch (error) {
        // It ends by itself; the other server waits for that.
        standing.failed(asFailure(error));
      }
    },
    confirmLease: async (sessionId) => {
      try {
        return await leases.confirm(sessionId);
      } catch (error) {
        standing.failed(asFailure(error));
        return false;
      }
    },
    runsElsewhere: edits.runsElsewhere,
    hostOf: (sessionId) => {
      const known = replica.session(sessionId);
      return known !== null && isElsewhere(sessionId) ? plainText(known.homeHost ?? known.homeNode ?? '?') : null;
    },
    erased: (withinMs) => erasedWithin(parts, options.store, options.clock.now, withinMs),
  };
};
