import { hostname } from 'node:os';
import { FleetError } from '../../session/fleet-error.ts';
import type { NodeMoves } from '../../store/replica/node-moves.ts';
import { bundleSetup } from '../bundles/bundle-setup.ts';
import type { MasterParts } from '../open-parts.ts';
import type { Room } from '../room.ts';
import { createDrainJob } from './drain-job.ts';
import { createDrainMethods } from './drain-methods.ts';
import { createMoveJobs, type MoveJobs } from './move-job.ts';
import { createMoveMethods } from './move-methods.ts';
import { type MoveWork, usualMoveTiming } from './move-work.ts';

/** Servers of the group, and sessions that go from one to another because a person wants it. */
export type MoveRoom = Room<'nodes' | 'moveTargets' | 'move' | 'moveCancel' | 'nodeDrain'>;

/** Before sessions start: one of them may be on its way. */
const openMoves = (parts: MasterParts, group: NodeMoves, ending: AbortSignal): MoveJobs => {
  const { store, book, orchestrator, jobs, replica, logins, settings, secrets, now } = parts;
  const here = settings.FLEET_NODE ?? hostname();
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
  jobs.serve(
    createDrainJob(work, {
      loginStays: setup.ready ? null : setup.problem,
      isElsewhere: (session) => replica.nodeOf(session) !== null,
      here,
    }),
  );
  return moves;
};

export const createMoveRoom = (parts: MasterParts): MoveRoom => {
  const ending = new AbortController();
  const { moves } = parts.replica;
  const open = moves === null ? null : openMoves(parts, moves, ending.signal);

  return {
    methods: { ...createMoveMethods(parts, open), ...createDrainMethods(parts) },
    begin: () => undefined,
    close: () => ending.abort(new FleetError('unavailable', 'the master ends; the next one goes on with it.')),
  };
};
