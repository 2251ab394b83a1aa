import { createBeat } from '../pace/beat.ts';
import { messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import type { JobRunner } from './jobs/job-runner.ts';
import { plainRoom, type Room } from './room.ts';

/** Begins the job that erases by the clock, four times a day. */

const every: Milliseconds = 6 * 3_600_000;
/** After a start the sessions come up first. */
const firstAfter: Milliseconds = 5 * 60_000;
const addWithin: Milliseconds = 5000;

export const createRetentionSchedule = (
  jobs: Pick<JobRunner, 'add' | 'find'>,
  log: (level: 'warn', text: string, fields: Readonly<Record<string, unknown>>) => void,
): Room => {
  const beat = createBeat({
    look: () => {
      if (jobs.find('retention') === null) jobs.add({ kind: 'retention', args: {}, actor: 'master' });
    },
    everyMs: every,
    firstMs: firstAfter,
    withinMs: addWithin,
    onProblem: (error) =>
      log('warn', 'old messages could not be erased; tried again later', { error: messageOf(error) }),
    unref: true,
  });

  return plainRoom({ begin: beat.begin, close: beat.close });
};
