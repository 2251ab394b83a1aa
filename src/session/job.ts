import type { EpochMs } from './units.ts';

/** Long work of the master: it goes in slices, is kept in the store, and goes on after a restart until it is done. */

export const jobKinds = [
  'delete',
  'purge',
  'merge',
  'retention',
  'vacuum',
  'store-push',
  'store-pull',
  'backup',
  'bundle-push',
  'bundle-fetch',
  'bundle-forget',
  'belongings-push',
  'belongings-fetch',
  'belongings-forget',
  'move',
  'node-drain',
  'rehearsal',
  'proposal',
  'vectors',
] as const;
export type JobKindName = (typeof jobKinds)[number];

export type JobState = 'running' | 'done' | 'failed';

/** One job as everybody sees it while it runs. */
export interface JobProgress {
  readonly id: number;
  readonly kind: JobKindName;
  /** The session that it is about; null: the fleet. */
  readonly session: string | null;
  /** In units of the job's own (mostly rows); `total` is 0 while it is not known, and may grow. */
  readonly done: number;
  readonly total: number;
  /** What is being done, kebab-case, e.g. `messages`; null before the first step. */
  readonly step: string | null;
  readonly startedAt: EpochMs;
  /** Why it waits for its next try; null while it goes well. */
  readonly problem: string | null;
}

/** How a job stands or ended, for whoever waits for it. */
export interface JobReport {
  readonly id: number;
  readonly kind: JobKindName;
  readonly session: string | null;
  readonly state: JobState;
  readonly startedAt: EpochMs;
  readonly done: number;
  readonly total: number;
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly error: string | null;
}

/** Whole percent; null while nobody knows how much there is. */
export const jobPercent = ({ done, total }: Pick<JobProgress, 'done' | 'total'>): number | null =>
  total <= 0 ? null : Math.min(100, Math.floor((done / total) * 100));
