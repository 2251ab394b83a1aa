import type { Backoff } from '../../pace/backoff.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import type { JobKindName } from '../../session/job.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { JobFields, StoredJob } from '../../store/job-store.ts';
import type { Store } from '../../store/store.ts';
import type { JobBoard } from './job-board.ts';
import type { JobKind, JobRun, JobStanding } from './job-kind.ts';
import { createRetries } from './job-retries.ts';

/** Runs the jobs of the store, one of a lane at a time, and goes on at the next start with those that a master left behind. */
export interface JobRunner {
  readonly board: JobBoard;
  /** Before `begin`: how jobs of this kind are done. */
  serve(kind: JobKind): void;
  /** Writes the job into the store; inside a transaction it joins it, and nothing begins before that has ended. */
  add(job: { readonly kind: JobKindName; readonly args: JobFields; readonly actor: string }): StoredJob;
  /** The result of a job. Rejects when it failed, when its first try failed, and when the master ends before it. */
  ended(id: number): Promise<JobFields>;
  /** A job of that kind that is not done yet, of this session or of the fleet. */
  find(kind: JobKindName, sessionName?: string): StoredJob | null;
  begin(): void;
  /** Waits until the slice under way has ended; what is not done stays for the next master. */
  close(): Promise<void>;
}

export interface JobRunnerOptions {
  readonly store: Store;
  readonly board: JobBoard;
  readonly now: () => EpochMs;
  readonly log: (level: 'info' | 'warn' | 'error', text: string, fields?: Readonly<Record<string, unknown>>) => void;
  readonly retry?: Backoff;
  readonly random?: () => number;
}

const usualRetry: Backoff = { firstMs: 5000, maxMs: 300_000, jitter: 0.2 };
/** How far a job is, is written this often; what it has done stands in its rows anyway. */
const storeEvery: Milliseconds = 500;

const sessionOf = ({ args }: Pick<StoredJob, 'args'>): string | null =>
  typeof args['sessionName'] === 'string' ? args['sessionName'] : null;

interface Waiter {
  readonly done: (result: JobFields) => void;
  readonly fail: (error: unknown) => void;
}

/** Who waits for which job. */
const createWaiters = () => {
  const waiting = new Map<number, Waiter[]>();
  const take = (id: number): readonly Waiter[] => {
    const found = waiting.get(id) ?? [];
    waiting.delete(id);
    return found;
  };

  return {
    wait: (id: number): Promise<JobFields> => {
      const { promise, resolve, reject } = Promise.withResolvers<JobFields>();
      // Whoever asked may be gone by then.
      promise.catch(() => undefined);
      waiting.set(id, [...(waiting.get(id) ?? []), { done: resolve, fail: reject }]);
      return promise;
    },
    done: (id: number, result: JobFields): void => {
      for (const waiter of take(id)) waiter.done(result);
    },
    fail: (id: number, error: unknown): void => {
      for (const waiter of take(id)) waiter.fail(error);
    },
    failAll: (error: unknown): void => {
      for (const id of [...waiting.keys()]) for (const waiter of take(id)) waiter.fail(error);
    },
  };
};

/** How one job is told and kept while it runs. */
const runOf = ({ store, board, now }: JobRunnerOptions, job: StoredJob, signal: AbortSignal): JobRun => {
  let storedAt = performance.now();
  const show = (at: JobStanding): void =>
    board.put({ id: job.id, kind: job.kind, session: sessionOf(job), startedAt: job.startedAt, problem: null, ...at });
  show(job);

  return {
    job,
    signal,
    notes: job.result ?? {},
    keep: (notes) => store.jobs.keep(job.id, notes),
    progress: (at) => {
      show(at);
      if (performance.now() - storedAt < storeEvery) return;
      storedAt = performance.now();
      store.jobs.progress(job.id, at, now());
    },
  };
};

export const createJobRunner = (options: JobRunnerOptions): JobRunner => {
  const { store, board, now, log } = options;
  const kinds = new Map<JobKindName, JobKind>();
  const waiters = createWaiters();
  const ending = new AbortController();
  const running = new Map<JobKind['lane'], Promise<void>>();
  const retries = createRetries(options.retry ?? usualRetry, options.random ?? Math.random);
  let begun = false;

  const failed = (job: StoredJob, kind: JobKind, error: unknown): void => {
    const reason = messageOf(error);
    if (!kind.insists) {
      store.jobs.fail(job.id, reason, now());
      board.remove(job.id);
      log('warn', `the job "${job.kind}" failed`, { job: job.id, error: reason });
      waiters.fail(job.id, error);
      return;
    }

    const inMs = retries.pause(job.id, () => kick());
    store.jobs.stumbled(job.id, reason, now());
    board.put({ ...job, session: sessionOf(job), problem: reason });
    log('error', `the job "${job.kind}" is not done; it is tried again`, { job: job.id, error: reason, inMs });
    waiters.fail(
      job.id,
      new FleetError('failed', `not done yet: ${reason} It is tried again by itself until it is done.`, {
        cause: error,
      }),
    );
  };

  /** The job is done: what goes wrong now is no reason to do it again. */
  const finishAfterwards = async (job: StoredJob, kind: JobKind): Promise<void> => {
    try {
      await kind.afterwards?.(ending.signal);
    } catch (error) {
      if (ending.signal.aborted) throw error;
      log('warn', `the job "${job.kind}" is done, but not all that follows`, { job: job.id, error: messageOf(error) });
    }
  };

  const runOne = async (job: StoredJob, kind: JobKind): Promise<void> => {
    try {
      const result = await kind.run(runOf(options, job, ending.signal));
      store.jobs.finish(job.id, result, now());
      retries.forget(job.id);
      await finishAfterwards(job, kind);
      board.remove(job.id);
      waiters.done(job.id, result);
    } catch (error) {
      if (ending.signal.aborted) return;
      failed(job, kind, error);
    }
  };

  const next = (lane: JobKind['lane']): { job: StoredJob; kind: JobKind } | null => {
    for (const job of store.jobs.open()) {
      const kind = kinds.get(job.kind);
      if (kind?.lane === lane && !retries.isPausing(job.id)) return { job, kind };
    }
    return null;
  };

  const runLane = async (lane: JobKind['lane']): Promise<void> => {
    // Whoever added a job has ended his transaction by then.
    await Promise.resolve();
    for (let found = next(lane); found !== null && !ending.signal.aborted; found = next(lane))
      await runOne(found.job, found.kind);
  };

  const kick = (): void => {
    if (!begun || ending.signal.aborted) return;
    for (const lane of new Set([...kinds.values()].map((kind) => kind.lane))) {
      if (running.has(lane)) continue;
      const run = runLane(lane)
        .catch((error: unknown) => log('error', 'the jobs could not be looked at', { error: messageOf(error) }))
        .finally(() => running.delete(lane));
      running.set(lane, run);
    }
  };

  const find = (kind: JobKindName, sessionName?: string): StoredJob | null =>
    store.jobs.open().find((job) => job.kind === kind && (sessionName ?? null) === sessionOf(job)) ?? null;

  return {
    board,
    serve: (kind) => void kinds.set(kind.kind, kind),
    add: (job) => {
      const added = store.jobs.add(job, now());
      setImmediate(kick);
      return added;
    },
    ended: (id) => {
      const job = store.jobs.get(id);
      if (job?.state === 'done') return Promise.resolve(job.result ?? {});
      if (job === null || job.state === 'failed')
        return Promise.reject(new FleetError('failed', job?.error ?? 'this job is gone. See: zap-fleet events'));
      return waiters.wait(id);
    },
    find,
    begin: () => {
      begun = true;
      kick();
    },
    close: async () => {
      ending.abort(new FleetError('unavailable', 'the master ends; it goes on with the next one.'));
      retries.close();
      await Promise.all(running.values());
      waiters.failAll(new FleetError('unavailable', 'the master ends; the next one goes on with it by itself.'));
    },
  };
};
