import { setTimeout as delay } from 'node:timers/promises';
import type { Fleet } from '../../protocol/door.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { JobKindName, JobProgress, JobReport } from '../../session/job.ts';
import type { Milliseconds } from '../../session/units.ts';
import { jobWords } from '../../words/job-words.ts';
import type { CommandContext } from './command.ts';

/** What ends sooner needs no line. */
const toldAfter: Milliseconds = 2000;
const lookEvery: Milliseconds = 500;
/** PM2 has the next master up within seconds; without one nobody goes on. */
const masterWithin: Milliseconds = 120_000;

export interface FollowedJob<T> {
  readonly kind: JobKindName;
  readonly session: string | null;
  readonly ask: () => Promise<T>;
  /** The same answer, of a job that ended under another master than the one that was asked. */
  readonly ofJob: (job: JobReport) => T;
}

const isLost = (error: unknown): boolean => error instanceof FleetError && error.code === 'unavailable';

/** Waits for a job that a master goes on with which was not asked; null: it is not known there. */
const untilEnded = async (fleet: Fleet, find: () => number | null): Promise<JobReport | null> => {
  let lostSince = performance.now();
  for (;;) {
    await delay(lookEvery);
    if (fleet.connection().state === 'open') {
      lostSince = performance.now();
      const id = find();
      if (id === null) return null;
      try {
        const { job } = await fleet.request('job', { id });
        if (job === null || job.state !== 'running') return job;
      } catch (error) {
        if (!isLost(error)) throw error;
      }
    }
    if (performance.now() - lostSince > masterWithin) return null;
  }
};

/**
 * Asks for something long and tells on stderr how far it is. When the master ends meanwhile, the next one goes on with the job: it is waited
 * for there, and done is said only when it is. Whoever interrupts this interrupts nothing but the waiting.
 */
export const followJob = async <T>(context: CommandContext, fleet: Fleet, followed: FollowedJob<T>): Promise<T> => {
  const begun = performance.now();
  let id: number | null = null;
  const current = (): JobProgress | undefined =>
    fleet.getSnapshot().jobs.find(({ kind, session }) => kind === followed.kind && session === followed.session);
  const find = (): number | null => {
    const job = current();
    if (job !== undefined && job.id > 0) id = job.id;
    return id;
  };
  const tell = (): void => {
    find();
    const job = current();
    if (job !== undefined && performance.now() - begun > toldAfter) context.progress(jobWords(job, context.language));
  };

  const stop = fleet.subscribe(tell);
  try {
    return await followed.ask();
  } catch (error) {
    if (!isLost(error)) throw error;
    context.progress('The master went away; waiting for the next one to go on.');
    const job = await untilEnded(fleet, find);
    if (job === null) throw error;
    if (job.state === 'failed')
      throw new FleetError('failed', job.error ?? 'it failed. See: zap-fleet events', { cause: error });
    return followed.ofJob(job);
  } finally {
    stop();
    context.progress(null);
  }
};
