import type { JobKindName } from '../../session/job.ts';
import type { JobFields, StoredJob } from '../../store/job-store.ts';

/** What a job does with its time: what one kind of job is. */
export interface JobKind {
  readonly kind: JobKindName;
  /** Jobs of one lane follow each other; what waits for the network keeps nobody else back. */
  readonly lane: 'store' | 'replica' | 'logins' | 'belongings' | 'moves' | 'drains' | 'rehearsals' | 'vectors';
  /** What was promised: it is tried again until it is done. Others end with their first failure. */
  readonly insists: boolean;
  /**
   * Does it, or goes on where the run before ended: every step may be done twice. What it gives is kept as the job's result. Ends with the
   * signal's reason when the master ends; the next master goes on.
   */
  run(run: JobRun): Promise<JobFields>;
  /** When it is marked as done and its arguments are gone, before anybody is told. */
  afterwards?(signal: AbortSignal): Promise<void>;
}

export interface JobRun {
  readonly job: StoredJob;
  readonly signal: AbortSignal;
  /** What the run before kept. */
  readonly notes: JobFields;
  /** Inside a transaction it joins it: what was done and the word of it are one. */
  keep(notes: JobFields): void;
  /** Shown at once; stored now and then. */
  progress(at: JobStanding): void;
}

export interface JobStanding {
  readonly done: number;
  readonly total: number;
  readonly step: string | null;
}
