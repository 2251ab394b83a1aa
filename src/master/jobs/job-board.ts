import type { JobKindName, JobProgress } from '../../session/job.ts';
import type { EpochMs } from '../../session/units.ts';
import type { JobStanding } from './job-kind.ts';

/** What long work the master does right now, for every screen and command: jobs of the store, and others that only want to be seen. */
export interface JobBoard {
  /** Work that is no job of the store (a backup): seen until it is ended. */
  show(kind: JobKindName, session: string | null): ShownWork;
  put(job: JobProgress): void;
  remove(id: number): void;
}

export interface ShownWork {
  progress(at: JobStanding): void;
  end(): void;
}

export const createJobBoard = (publish: (jobs: readonly JobProgress[]) => void, now: () => EpochMs): JobBoard => {
  const shown = new Map<number, JobProgress>();
  let lastId = 0;

  const put = (job: JobProgress): void => {
    shown.set(job.id, job);
    publish([...shown.values()]);
  };
  const remove = (id: number): void => {
    if (shown.delete(id)) publish([...shown.values()]);
  };

  return {
    put,
    remove,
    show: (kind, session) => {
      // Below zero: never the number of a job in the store.
      lastId -= 1;
      let job: JobProgress = {
        id: lastId,
        kind,
        session,
        done: 0,
        total: 0,
        step: null,
        startedAt: now(),
        problem: null,
      };
      put(job);
      return {
        progress: (at) => {
          job = { ...job, ...at };
          put(job);
        },
        end: () => remove(job.id),
      };
    },
  };
};
