import { onTestFinished } from 'vitest';
import { createLoginTravel } from '../../../src/master/bundles/login-travel.ts';
import { type OpenLogins, openLogins } from '../../../src/master/bundles/open-logins.ts';
import { createJobBoard } from '../../../src/master/jobs/job-board.ts';
import { createJobRunner, type JobRunner } from '../../../src/master/jobs/job-runner.ts';
import { createDrainJob } from '../../../src/master/moves/drain-job.ts';
import { createDrainMethods } from '../../../src/master/moves/drain-methods.ts';
import { createMoveJobs, type MoveJobs } from '../../../src/master/moves/move-job.ts';
import { createMoveMethods } from '../../../src/master/moves/move-methods.ts';
import { type MoveTiming, usualMoveTiming } from '../../../src/master/moves/move-work.ts';
import { createOverflow, usualOverflowTiming } from '../../../src/master/moves/overflow.ts';
import type { MasterParts } from '../../../src/master/open-parts.ts';
import { createReplicaNode } from '../../../src/master/replica-node.ts';
import { createReplicaPermit } from '../../../src/master/replica-permit.ts';
import type { FleetParts } from '../../../src/orchestrator/door/fleet-parts.ts';
import type { Permission, RunPermit } from '../../../src/orchestrator/reconcile/permits.ts';
import { parseSettings } from '../../../src/settings/settings.ts';
import type { NodeMoves } from '../../../src/store/replica/node-moves.ts';
import { createReplicator } from '../../../src/store/replica/replicator.ts';
import type { Replicator } from '../../../src/store/replica/replicator-types.ts';
import type { LocalStorage } from '../../supabase/local-storage.ts';
import type { LocalSupabase } from '../../supabase/local-supabase.ts';
import { createFakeFleet, type FakeFleet } from '../../support/fake-processes.ts';
import { until } from '../../support/until.ts';

/**
 * A server of a group: real store, orchestrator, jobs, leases and logins, on the Postgres of our migrations; its processes exist only here.
 * A phone that is started is connected at once.
 */

export interface GroupServer {
  readonly name: string;
  readonly fleet: FakeFleet;
  readonly jobs: () => JobRunner;
  readonly replicator: () => Replicator;
  readonly methods: () => ReturnType<typeof createMoveMethods> & ReturnType<typeof createDrainMethods>;
  /** Whose worker runs, by name. */
  readonly runs: (name: string) => boolean;
  /** The master is killed: nothing of it says a word more. What runs goes on. */
  kill(): Promise<void>;
  /** PM2 starts the next one on the same store. */
  revive(): Promise<void>;
  /** Never answers when it is asked for this, until the next master. */
  hang(question: keyof NodeMoves): void;
  /** One look for places elsewhere for what has waited here for a moment. */
  overflow(): Promise<void>;
  /** How often it was asked so. */
  asked(question: keyof NodeMoves): number;
  room: number;
}

interface Master {
  readonly jobs: JobRunner;
  readonly moves: MoveJobs;
  readonly replicator: Replicator;
  readonly logins: OpenLogins | null;
  readonly methods: ReturnType<GroupServer['methods']>;
  readonly permit: RunPermit;
  readonly overflow: () => Promise<void>;
  readonly ending: AbortController;
}

/** Short times, so that a test waits for conditions and not for clocks. */
const quick = {
  pollMs: 150,
  idleMs: 50,
  renewMs: 1000,
  requestMs: 20_000,
  backoffMinMs: 20,
  backoffMaxMs: 100,
  watchMs: 200,
  giveUpMs: 20_000,
};
const moveTiming: MoveTiming = { ...usualMoveTiming, lookMs: 60, arrivedMs: 60_000 };

export const groupServer = async (
  supabase: Pick<LocalSupabase, 'url' | 'key'>,
  options: {
    readonly name: string;
    readonly room?: number;
    readonly storage?: LocalStorage;
    readonly timing?: Partial<MoveTiming>;
    /** MAX_SESSIONS. */
    readonly places?: number;
    readonly settings?: Record<string, string>;
  },
): Promise<GroupServer> => {
  const { name } = options;
  let master: Master | null = null;
  const hanging = new Set<keyof NodeMoves>();
  const counts = new Map<keyof NodeMoves, number>();
  const current = (): Master => {
    if (master === null) throw new Error(`${name} has no master`);
    return master;
  };
  const permit: RunPermit = {
    ask: (session, force): Promise<Permission> => current().permit.ask(session, force),
    confirm: (session) => current().permit.confirm(session),
    giveBack: (session) => master?.permit.giveBack(session),
  };
  const fleet = createFakeFleet({ permit, maxSessions: options.places ?? 20, startingAtOnce: 20 });
  const settings = parseSettings({ FLEET_NODE: name, ...options.settings });

  const watched = (group: NodeMoves): NodeMoves => {
    const asked = new Set<keyof NodeMoves>(['take', 'pushed', 'offer', 'look', 'nodes']);
    return new Proxy(group, {
      get: (target, key: keyof NodeMoves) => {
        if (!asked.has(key)) return target[key];
        return async (...given: never[]) => {
          counts.set(key, (counts.get(key) ?? 0) + 1);
          if (hanging.has(key)) await new Promise(() => undefined);
          return (target[key] as (...each: never[]) => unknown)(...given);
        };
      },
    });
  };

  const open = (): Master => {
    const { store } = fleet;
    const fleetParts = (): FleetParts =>
      ({
        orchestrator: fleet.orchestrator,
        state: { getSnapshot: () => ({ fleet: { machine: { roomFor: one.room } } }) },
      }) as unknown as FleetParts;
    const { book } = fleet;
    let onDrain: ((at: number) => void) | null = null;
    const say = (): void => undefined;
    const replicator = createReplicator({
      store,
      url: supabase.url,
      key: supabase.key,
      nodeId: store.fleetId,
      host: `host-${name}`,
      clock: { now: Date.now, random: Math.random },
      log: say,
      onEdit: ({ sessionId }) => {
        const session = book.byId(sessionId);
        if (session !== null) book.reload(session);
      },
      onStatus: say,
      onLeaseLost: ({ sessionId, code, reason }) => {
        const session = book.byId(sessionId);
        if (session !== null) fleet.orchestrator.permits.withdraw(session, { code, words: reason });
      },
      onFence: (sessionId, fence) => {
        const session = book.byId(sessionId);
        if (session !== null) fleet.orchestrator.permits.extend(session, fence);
      },
      onDrainAsked: (at) => onDrain?.(at),
      ...createReplicaNode({ settings, book, parts: fleetParts }),
      realtime: false,
      timing: quick,
    });
    const jobs = createJobRunner({
      store,
      board: createJobBoard(say, Date.now),
      now: Date.now,
      log: say,
      retry: { firstMs: 20, maxMs: 20, jitter: 0 },
    });
    const travel = createLoginTravel();
    const logins =
      options.storage === undefined
        ? null
        : openLogins(
            {
              ready: true,
              url: options.storage.url,
              key: options.storage.key,
              groupKey: 'the key of this group, long enough',
            },
            {
              host: 'vps-1',
              paths: fleet.paths,
              store,
              book,
              jobs,
              log: { info: say, warn: say, error: say, addSecret: say },
              now: Date.now,
              epochOf: ({ stored }) => replicator.epochOf(stored.id),
              isElsewhere: ({ stored }) => replicator.hostOf(stored.id) !== null,
            },
          );
    if (logins !== null) travel.serve(logins.travel);

    const ending = new AbortController();
    const group = watched(replicator.moves);
    const work = {
      store,
      book,
      orchestrator: fleet.orchestrator,
      jobs,
      group,
      logins: logins?.work ?? null,
      timing: { ...moveTiming, ...options.timing },
      now: Date.now,
    };
    const moves = createMoveJobs(work, { here: name, ending: ending.signal });
    jobs.serve(moves.kind);
    const nodeOf = ({ stored }: { stored: { id: string } }): string | null => replicator.hostOf(stored.id);
    const which = {
      loginStays: 'no key',
      isElsewhere: (session: { stored: { id: string } }) => nodeOf(session) !== null,
    };
    jobs.serve(createDrainJob(work, { ...which, here: name }));
    const overflow = createOverflow({
      work,
      ...which,
      ending: ending.signal,
      timing: { ...usualOverflowTiming, patienceMs: 0 },
    });
    const parts = {
      book,
      jobs,
      store,
      logins,
      settings,
      secrets: {},
      demo: false,
      log: { warn: say },
      replica: {
        moves: group,
        problem: null,
        nodeOf,
        onDrainAsked: (listener: (at: number) => void) => {
          onDrain = listener;
        },
      },
    } as unknown as MasterParts;
    return {
      jobs,
      moves,
      replicator,
      logins,
      methods: { ...createMoveMethods(parts, moves), ...createDrainMethods(parts) },
      permit: createReplicaPermit(replicator, book, travel).permit,
      overflow: overflow.look,
      ending,
    };
  };

  const isOk = (): boolean => current().replicator.moves.isReady();
  const begin = async (): Promise<void> => {
    hanging.clear();
    await fleet.nextMaster(undefined, () => {
      master = open();
      master.moves.restore();
    });
    current().replicator.start();
    await until(isOk, { within: 30_000, what: `${name} to reach Supabase` });
    current().jobs.begin();
  };
  const kill = async (): Promise<void> => {
    const { jobs, replicator, logins } = current();
    for (const question of ['take', 'pushed', 'offer', 'look', 'nodes'] as const) hanging.add(question);
    // What it asks is never answered: nobody waits for its end.
    jobs.close().catch(() => undefined);
    await replicator.stop(2000, { keepLeases: true });
    await logins?.close();
    master = null;
  };

  /** A phone that is started is connected at once. */
  const phones = setInterval(() => {
    for (const session of fleet.book.all())
      if (session.state === 'starting' && one.runs(session.stored.name)) fleet.says(session.stored.name, 'connected');
  }, 10);
  onTestFinished(async () => {
    clearInterval(phones);
    if (master !== null) await kill();
    fleet.end();
  });

  const one: GroupServer = {
    name,
    fleet,
    jobs: () => current().jobs,
    replicator: () => current().replicator,
    methods: () => current().methods,
    runs: (session) => fleet.workers.has(`session:${session}`),
    kill,
    revive: begin,
    hang: (question) => void hanging.add(question),
    overflow: () => current().overflow(),
    asked: (question) => counts.get(question) ?? 0,
    room: options.room ?? 5,
  };
  await begin();
  return one;
};

/** The servers have heard of each other, and each has said what fits. */
export const acquainted = async (supabase: LocalSupabase, servers: readonly GroupServer[]): Promise<void> => {
  const names = servers.map(({ name }) => `'${name}'`).join(', ');
  await until(
    async () => {
      const [row] = await supabase.sql(
        `select count(*)::int n from fleet_nodes where name in (${names}) and beat_at is not null and others >= ${servers.length - 1}`,
      );
      return row?.['n'] === servers.length;
    },
    { within: 30_000, what: 'the servers to hear of each other' },
  );
};
