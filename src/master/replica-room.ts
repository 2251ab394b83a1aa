import type { HomePaths } from '../home/home-paths.ts';
import type { Logger } from '../log/logger.ts';
import { type FleetParts, wake } from '../orchestrator/door/fleet-parts.ts';
import type { HealthPolicies } from '../orchestrator/health/policies.ts';
import type { RunPermit } from '../orchestrator/reconcile/permits.ts';
import type { ManagedSession } from '../orchestrator/state/managed-session.ts';
import type { SessionBook } from '../orchestrator/state/session-book.ts';
import { createBeat } from '../pace/beat.ts';
import { messageOf } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import type { ReplicaStatus } from '../session/records.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import { copiedDataReason, runsElsewhereReason, waitsForAnswer } from '../session/verdict.ts';
import { serverName } from '../settings/server-name.ts';
import type { Secrets, Settings } from '../settings/settings.ts';
import type { GroupFacts } from '../store/replica/group-watch.ts';
import type { NodeMoves } from '../store/replica/node-moves.ts';
import type { Replicator, ReplicatorOptions } from '../store/replica/replicator-types.ts';
import type { Store } from '../store/store.ts';
import type { LoginTravel } from './bundles/login-travel.ts';
import type { JobRunner } from './jobs/job-runner.ts';
import { replicaBanner } from './replica-banner.ts';
import { createReplicaGroup } from './replica-group.ts';
import { createReplicaMethods, type ReplicaMethods } from './replica-methods.ts';
import { createReplicaNode } from './replica-node.ts';
import { createOfferRecorder } from './replica-offers.ts';
import { createReplicaPermit } from './replica-permit.ts';
import { replicaProblem } from './replica-problem.ts';

/** Supabase in a running fleet: what replication says becomes lights, banners, events and who may run what. */
export interface ReplicaRoom {
  /** Undefined: no other server can run these sessions. */
  readonly permit: RunPermit | undefined;
  /** The epoch of the lease that this server has; null: none. */
  epochOf(session: ManagedSession): number | null;
  /** The server that has a session, when that is another one. */
  nodeOf(session: ManagedSession): string | null;
  /** What a person asks of the servers of the group; null: there is no group. */
  readonly moves: NodeMoves | null;
  /** Why there is none although one is wanted. */
  readonly problem: string | null;
  /** Told with every round while a drain of this server is asked for. */
  onDrainAsked(listener: (asked: EpochMs) => void): void;
  methods(parts: FleetParts & { readonly jobs: JobRunner }): ReplicaMethods;
  /** Shows how it stands and begins to replicate; after the workers that run were taken over. */
  begin(parts: FleetParts): void;
  /** Whether what was erased here is erased there by now; null: there is no replica. */
  erased(within: Milliseconds): Promise<boolean | null>;
  /** `keepLeases`: the workers go on without this master. `goodbye`: it ends on purpose. */
  close(options: {
    readonly keepLeases: boolean;
    readonly goodbye: boolean;
    readonly within: Milliseconds;
  }): Promise<void>;
  /** What the other servers tell, each time that it is heard; answered with those of whose end people were told from here. */
  onGroup(listener: GroupFacts['onGroup']): void;
}

interface RoomOptions {
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly store: Store;
  readonly book: SessionBook;
  readonly paths: HomePaths;
  readonly lease: HealthPolicies['lease'];
  readonly graceMs: Milliseconds;
  readonly demo: boolean;
  readonly travel: LoginTravel;
  readonly now: () => EpochMs;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

const lookEvery: Milliseconds = 2000;
const bannerId = 'replica';

/** Held for a reason that may be over: it is asked for anew. */
const mayRunAgain = ({ state, worker, reasonCode, stored }: ManagedSession, replica: Replicator): boolean => {
  if (state !== 'held' || worker !== null) return false;
  if (reasonCode === runsElsewhereReason) return !replica.runsElsewhere(stored.id);
  // Supabase is well: no other machine speaks as this server any more.
  return reasonCode === copiedDataReason || waitsForAnswer(reasonCode);
};

/** What Supabase says of single sessions: edits, and the right to run them. */
const createSessionEars = (
  book: SessionBook,
  parts: () => FleetParts | null,
): Pick<ReplicatorOptions, 'onEdit' | 'onLeaseLost' | 'onFence'> => ({
  onLeaseLost: ({ sessionId, code, reason }) => {
    const session = book.byId(sessionId);
    if (session !== null) parts()?.orchestrator.permits.withdraw(session, { code, words: reason });
  },
  onFence: (sessionId, fence) => {
    const session = book.byId(sessionId);
    if (session !== null) parts()?.orchestrator.permits.extend(session, fence);
  },
  onEdit: ({ sessionId, desiredChanged }) => {
    const session = book.byId(sessionId);
    const fleet = parts();
    if (session === null || fleet === null) return;
    book.reload(session);
    if (desiredChanged) fleet.orchestrator.want(session, session.stored.desiredState, { actor: 'supabase' });
    void wake(fleet, session);
  },
});

export const openReplicaRoom = async (options: RoomOptions): Promise<ReplicaRoom> => {
  const { settings, secrets, store, book, now, log } = options;
  const key = secrets.SUPABASE_SERVICE_ROLE_KEY;
  const wanted = !options.demo && settings.SUPABASE_URL !== undefined && key !== undefined;
  const problem = options.demo ? null : replicaProblem(settings, secrets);
  let parts: FleetParts | null = null;
  let closing: Promise<void> | null = null;
  let hearGroup: GroupFacts['onGroup'] = () => [];

  const show = (info: ReplicaStatus): void => {
    if (parts === null) return;
    const { state } = parts;
    // What others changed a moment ago is in it, too.
    state.flush();
    const { health } = state.getSnapshot().fleet;
    state.setInfo({ health: { ...health, replica: info } });
    const banner = replicaBanner(info, settings.TZ);
    if (banner === null) state.clearBanner(bannerId);
    else state.setBanner({ id: bannerId, ...banner });
  };

  let drainListener: ((asked: EpochMs) => void) | null = null;
  let replicator: Replicator | null = null;
  if (wanted) {
    // Its client is large: a fleet without Supabase does not load it.
    const { createReplicator } = await import('../store/replica/replicator.ts');
    replicator = createReplicator({
      store,
      url: settings.SUPABASE_URL ?? '',
      key: key ?? '',
      nodeId: store.fleetId,
      host: serverName(settings),
      clock: { now, random: Math.random },
      log: (level, text) => log[level](text),
      onStatus: show,
      ...createSessionEars(book, () => parts),
      ...createReplicaNode({ settings, book, parts: () => parts, onStopped: options.travel.arrived }),
      group: createReplicaGroup({
        ...options,
        meta: store.meta,
        onGroup: (view) => hearGroup(view),
      }),
      onDrainAsked: (asked) => drainListener?.(asked),
      timing: { ...options.lease.manual, auto: options.lease.auto },
    });
  }
  const permits = replicator === null ? null : createReplicaPermit(replicator, book, options.travel);

  const lookAt = (replica: Replicator) => {
    const recordOffers = createOfferRecorder(replica, store, book);

    return (): void => {
      recordOffers();
      if (replica.status().status !== 'ok') return;
      for (const session of book.all())
        if (mayRunAgain(session, replica)) parts?.orchestrator.permits.askAgain(session);
    };
  };

  const beat =
    replicator === null
      ? null
      : createBeat({
          look: lookAt(replicator),
          everyMs: lookEvery,
          withinMs: lookEvery,
          onProblem: (error) => log.warn('Supabase could not be looked at', { error: messageOf(error) }),
        });

  return {
    permit: permits?.permit,
    epochOf: ({ stored }) => replicator?.epochOf(stored.id) ?? null,
    nodeOf: ({ stored }) => replicator?.hostOf(stored.id) ?? null,
    moves: replicator?.moves ?? null,
    problem,
    onDrainAsked: (listener) => {
      drainListener = listener;
    },
    methods: (given) => createReplicaMethods(given, replicator, { problem, host: serverName(settings) }),
    begin: (given) => {
      parts = given;
      if (problem !== null) {
        log.warn(plainText(problem));
        show({ status: 'refused', since: now(), waitingRows: store.changes.countSince(0), reason: problem });
      }
      if (replicator === null) return;
      show(replicator.status());
      replicator.start();
      beat?.begin();
    },
    erased: async (within) => (replicator === null ? null : replicator.erased(within)),
    onGroup: (listener) => {
      hearGroup = listener;
    },
    close: ({ keepLeases, goodbye, within }) => {
      closing ??= (async () => {
        await beat?.close();
        // What a stop waits for goes on with the next master.
        options.travel.end();
        await replicator?.stop(within, { keepLeases, goodbye });
        // Its end has ended their requests, too.
        await permits?.settled();
      })();
      return closing;
    },
  };
};
