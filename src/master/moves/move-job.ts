import type { MoveReport } from '../../session/group-node.ts';
import type { JobKind, JobRun } from '../jobs/job-kind.ts';
import { type MoveArgs, moveArgsSchema, moveNotesSchema, moveSession } from './move-session.ts';
import type { MoveWork } from './move-work.ts';

/** Moves as jobs: the next master goes on with one wherever this one ended. */
export interface MoveJobs {
  readonly kind: JobKind;
  /** Calls a move back; false: its session is offered to the other server by now. */
  cancel(job: number): boolean;
  /** Sessions whose move an earlier master began: nothing starts them before it is gone on with. Call it before sessions start. */
  restore(): void;
}

export const createMoveJobs = (
  work: MoveWork,
  options: { readonly here: string; readonly ending: AbortSignal },
): MoveJobs => {
  const { store, book } = work;
  const calledBack = new Map<number, AbortController>();
  const controllerOf = (job: number): AbortController => {
    const controller = calledBack.get(job) ?? new AbortController();
    calledBack.set(job, controller);
    return controller;
  };

  const gone = (args: MoveArgs): MoveReport => ({
    outcome: 'stayed',
    node: options.here,
    state: null,
    reason: `${args.sessionName} was deleted meanwhile`,
  });

  /** The room ends before the jobs do, so that a stop of the fleet waits for no move; the job itself ends with the jobs. */
  const whenEnding = async <T>(work_: Promise<T>, run: JobRun): Promise<T> => {
    try {
      return await work_;
    } catch (error) {
      if (!options.ending.aborted || run.signal.aborted) throw error;
      const { promise, reject } = Promise.withResolvers<never>();
      run.signal.addEventListener('abort', () => reject(run.signal.reason), { once: true });
      return promise;
    }
  };

  return {
    kind: {
      kind: 'move',
      lane: 'moves',
      insists: true,
      run: async (run) => {
        const args = moveArgsSchema.parse(run.job.args);
        const session = book.byId(args.sessionId);
        if (session === null) return { ...gone(args) };

        const signal = AbortSignal.any([run.signal, options.ending]);
        const cancelled = controllerOf(run.job.id).signal;
        const moved = moveSession(work, session, args, { run: { ...run, signal }, cancelled, here: options.here });
        const report = await whenEnding(moved, run);
        calledBack.delete(run.job.id);
        return { ...report };
      },
    },
    cancel: (id) => {
      const notes = moveNotesSchema.parse(store.jobs.get(id)?.result ?? {});
      if (notes.offeredAt !== null) return false;
      controllerOf(id).abort();
      return true;
    },
    restore: () => {
      for (const job of store.jobs.open()) {
        if (job.kind !== 'move' || !moveNotesSchema.parse(job.result ?? {}).begun) continue;
        const args = moveArgsSchema.parse(job.args);
        const session = book.byId(args.sessionId);
        if (session !== null) session.leaving = args.toName;
      }
    },
  };
};
