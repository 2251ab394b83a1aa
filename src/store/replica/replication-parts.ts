import { hostname } from 'node:os';
import { createQueue } from '../../pace/queue.ts';
import { machineClocks } from '../../session/fence.ts';
import { copiedDataReason } from '../../session/verdict.ts';
import type { BatchLimits } from './batch-cut.ts';
import { machineBootId } from './boot-id.ts';
import { createEdits } from './edits.ts';
import { createGroupWatch, type GroupWatch, type GroupWatchOptions } from './group-watch.ts';
import { createLeases, type Leases } from './leases.ts';
import { loneAutoProblem } from './lone-auto.ts';
import { createNodeClaims, type NodeClaimsOptions } from './node-claims.ts';
import { createNodeMoves } from './node-moves.ts';
import { createPusher, type Pusher } from './pusher.ts';
import { createErrands } from './replica-errands.ts';
import { asFailure } from './replica-failure.ts';
import { createStanding } from './replica-standing.ts';
import { createReplicaStore } from './replica-store.ts';
import { type ReplicaTiming, replicaTiming } from './replica-timing.ts';
import { createReplicationLoop } from './replication-loop.ts';
import type { Replicator, ReplicatorOptions } from './replicator-types.ts';
import { openSupabase, type SupabaseDoor } from './supabase-door.ts';
import { createTransfer } from './transfer.ts';

const defaultLimits: BatchLimits = { rows: 1000, characters: 1_000_000 };
const pullPageRows = 500;

const openGroup = (
  { group, nodeId, host, clock }: ReplicatorOptions,
  door: SupabaseDoor,
  timing: ReplicaTiming,
  outside: Pick<GroupWatchOptions, 'others' | 'onRefused'>,
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
    ...outside,
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
export const assembleReplication = (options: ReplicatorOptions) => {
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
  const group = openGroup(options, door, timing, {
    others: () => pusher.others(),
    onRefused: (reason) => leases.giveUpAll(copiedDataReason, reason),
  });
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
export type ReplicationParts = ReturnType<typeof assembleReplication>;
