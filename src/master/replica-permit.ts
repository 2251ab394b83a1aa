import type { RunPermit } from '../orchestrator/reconcile/permits.ts';
import type { SessionBook } from '../orchestrator/state/session-book.ts';
import type { Replicator } from '../store/replica/replicator.ts';

/** Who may run a session, asked of Supabase; leases that are given back are waited for before they are asked for again. */
export const createReplicaPermit = (replica: Replicator, book: SessionBook) => {
  const releasing = new Map<string, Promise<void>>();
  const permit: RunPermit = {
    ask: async (session, force) => {
      const { id, name } = session.stored;
      await releasing.get(id);
      const answer = await replica.takeLease(id, name, force);
      if (!answer.granted) return { why: { code: answer.code, words: answer.reason } };
      book.reload(session);
      return { fence: answer.fence };
    },
    confirm: ({ stored }) => replica.confirmLease(stored.id),
    giveBack: (session) => {
      const { id } = session.stored;
      releasing.set(
        id,
        replica.releaseLease(id).finally(() => releasing.delete(id)),
      );
    },
  };

  return {
    permit,
    /** No lease is on its way back any more. */
    settled: async (): Promise<void> => {
      await Promise.allSettled(releasing.values());
    },
  };
};
