import type { SessionBook } from '../../orchestrator/state/session-book.ts';
import { untilAborted } from '../../pace/until-aborted.ts';
import type { Milliseconds } from '../../session/units.ts';
import type { JobFields } from '../../store/job-store.ts';
import type { Replicator } from '../../store/replica/replicator-types.ts';
import type { JobKind, JobRun } from './job-kind.ts';

/** `store push` and `store pull` as jobs: what came or went is kept on both sides, so that the next master goes on where they were. */

const lookEvery: Milliseconds = 500;

const push = async (replicator: Replicator, { signal, progress }: JobRun): Promise<JobFields> => {
  const total = replicator.status().waitingRows;
  const look = setInterval(() => {
    const waiting = replicator.status().waitingRows;
    progress({ done: Math.max(0, total - waiting), total, step: 'rows' });
  }, lookEvery);
  try {
    // A Supabase that is away must not keep the master from ending.
    return { ...(await untilAborted(replicator.pushAll(), signal)) };
  } finally {
    clearInterval(look);
  }
};

const pull = async (replicator: Replicator, { signal, progress }: JobRun): Promise<JobFields> => {
  const onRows = (done: number): void => {
    if (!signal.aborted) progress({ done, total: 0, step: 'rows' });
  };
  return { ...(await untilAborted(replicator.pullAll(onRows), signal)) };
};

export const transferJobs = (replicator: Replicator, book: SessionBook): readonly JobKind[] => [
  { kind: 'store-push', lane: 'replica', insists: false, run: (run) => push(replicator, run) },
  {
    kind: 'store-pull',
    lane: 'replica',
    insists: false,
    run: async (run) => {
      const report = await pull(replicator, run);
      book.refresh();
      return report;
    },
  },
];
