import { createBeat } from '../../pace/beat.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';
import type { MasterParts } from '../open-parts.ts';
import { plainRoom, type Room } from '../room.ts';
import { hasOpenMerges } from './merge-job.ts';
import { isVacuumDue } from './vacuum-job.ts';

/** Begins the jobs that nobody asks for: what a merge left to be moved, and space to be given back. */

const lookEvery: Milliseconds = 5000;
const lookWithin: Milliseconds = 5000;
/** A history that is erased now may be followed by the next one. */
const vacuumEvery: Milliseconds = 10 * 60_000;

export const createJobCalls = ({ store, jobs, log }: MasterParts): Room => {
  let vacuumAt = performance.now();
  const call = (kind: 'merge' | 'vacuum'): void => {
    if (jobs.find(kind) === null) jobs.add({ kind, args: {}, actor: 'master' });
  };

  const beat = createBeat({
    look: () => {
      if (hasOpenMerges(store)) call('merge');
      if (performance.now() - vacuumAt < vacuumEvery) return;
      vacuumAt = performance.now();
      if (isVacuumDue(store)) call('vacuum');
    },
    everyMs: lookEvery,
    withinMs: lookWithin,
    onProblem: (error) => log.warn('the store could not be looked at for work', { error: messageOf(error) }),
    unref: true,
  });

  return plainRoom({ begin: beat.begin, close: beat.close });
};
