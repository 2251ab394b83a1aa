import { finishMerges, nextMove } from '../../store/conversations/move-rows.ts';
import type { Store } from '../../store/store.ts';
import type { JobKind } from './job-kind.ts';

/** Moves what is left of chats that became one: a worker merged them, and went on with its customers. */

export const hasOpenMerges = ({ database }: Store): boolean => nextMove(database, null) !== null;

export const createMergeJob = ({ database }: Store, now: () => number): JobKind => ({
  kind: 'merge',
  lane: 'store',
  insists: false,
  run: async ({ signal, progress }) => {
    let done = 0;
    for await (const moved of finishMerges(database, null, now, signal)) {
      done += moved;
      progress({ done, total: 0, step: 'messages' });
    }
    return {};
  },
});
