import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import { type Beat, createBeat } from '../../pace/beat.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';
import { serverName } from '../../settings/server-name.ts';
import type { NodeMoves } from '../../store/replica/node-moves.ts';
import { bundleSetup } from '../bundles/bundle-setup.ts';
import type { MasterParts } from '../open-parts.ts';
import type { Room } from '../room.ts';
import { createDrainJob } from './drain-job.ts';
import { createDrainMethods } from './drain-methods.ts';
import { createMoveJobs, type MoveJobs } from './move-job.ts';
import { createMoveMethods } from './move-methods.ts';
import { type MoveWork, usualMoveTiming } from './move-work.ts';
import { createOverflow } from './overflow.ts';

/** Servers of the group, and sessions that go from one to another because a person wants it. */
export type MoveRoom = Room<'nodes' | 'moveTargets' | 'move' | 'moveCancel' | 'nodeDrain'>;

const lookEvery: Milliseconds = 15_000;
const lookWithin: Milliseconds = 20_000;

interface OpenMoves {
  readonly moves: MoveJobs;
  /** Looks for a place elsewhere for what has none here. */
  readonly overflow: Beat;
}

/** Before sessions start: one of them may be on its way. */
const openMoves = (parts: MasterParts, group: NodeMoves, ending: AbortSignal): OpenMoves => {
  const { store, log, book, orchestrator, jobs, replica, logins, settings, secrets, now } = parts;
  const here = serverName(settings);
  const work: MoveWork = {
    store,
    book,
    orchestrator,
    jobs,
    group,
    logins: logins?.work ?? null,
    timing: usualMoveTiming,
    now,
  };
  const setup = bundleSetup(settings, secrets, parts.demo);
  const moves = createMoveJobs(work, { here, ending });
  moves.restore();
  jobs.serve(moves.kind);
  const which = {
    loginStays: setup.ready ? null : setup.problem,
    isElsewhere: (session: ManagedSession) => replica.nodeOf(session) !== null,
  };
  jobs.serve(createDrainJob(work, { ...which, here }));

  const { look } = createOverflow({ work, ...which, ending });
  const overflow = createBeat({
    look: async () => {
      if (group.isReady()) await look();
    },
    everyMs: lookEvery,
    withinMs: lookWithin,
    onProblem: (error) => log.warn('no place was looked for on other servers', { error: messageOf(error) }),
    unref: true,
  });
  return { moves, overflow };
};

export const createMoveRoom = (parts: MasterParts): MoveRoom => {
  const ending = new AbortController();
  const { moves } = parts.replica;
  const open = moves === null ? null : openMoves(parts, moves, ending.signal);

  return {
    methods: { ...createMoveMethods(parts, open?.moves ?? null), ...createDrainMethods(parts) },
    begin: () => open?.overflow.begin(),
    close: () => {
      ending.abort(new FleetError('unavailable', 'the master ends; the next one goes on with it.'));
      // A look under way may wait for Supabase, and adds nothing any more.
      void open?.overflow.close();
    },
  };
};
