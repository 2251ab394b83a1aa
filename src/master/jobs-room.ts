import type { SessionEraser } from '../orchestrator/door/removal-methods.ts';
import type { JobReport } from '../session/job.ts';
import type { StoredJob } from '../store/job-store.ts';
import type { PurgeSources } from './jobs/all-purge-steps.ts';
import { createPurgeMethods, createSessionEraser, serveErasures } from './jobs/erasures.ts';
import { createJobCalls } from './jobs/job-calls.ts';
import { createMergeJob } from './jobs/merge-job.ts';
import { createRetentionJob } from './jobs/retention-job.ts';
import { createVacuumJob } from './jobs/vacuum-job.ts';
import type { MasterParts } from './open-parts.ts';
import type { Room } from './room.ts';

/** Long work: begun at the door or by the clock, done in slices, and taken up again by the next master. */
export interface JobsRoom extends Room<'purge' | 'job'> {
  readonly eraser: SessionEraser;
}

const reportOf = ({ id, kind, args, state, startedAt, done, total, result, error }: StoredJob): JobReport => ({
  id,
  kind,
  session: typeof args['sessionName'] === 'string' ? args['sessionName'] : null,
  state,
  startedAt,
  done,
  total,
  // What it keeps while it runs may name a customer.
  result: state === 'running' ? null : result,
  error,
});

export const createJobsRoom = (parts: MasterParts, sources: PurgeSources): JobsRoom => {
  const { store, book, jobs, policies, logLine, now } = parts;
  serveErasures(parts, sources);
  jobs.serve(createMergeJob(store, now));
  jobs.serve(createVacuumJob(store));
  const calls = createJobCalls(parts);
  jobs.serve(createRetentionJob({ store, book, keep: policies.keep, now, log: logLine }));

  return {
    eraser: createSessionEraser(parts),
    methods: {
      ...createPurgeMethods(parts),
      job: ({ id }) => {
        const job = store.jobs.get(id);

        return { job: job === null ? null : reportOf(job) };
      },
    },
    begin: async (door) => {
      jobs.begin();
      await calls.begin(door);
    },
    close: async (end) => {
      await calls.close(end);
      await jobs.close();
    },
  };
};
