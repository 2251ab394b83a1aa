import type { RunPermit } from '../orchestrator/reconcile/permits.ts';
import type { ManagedSession } from '../orchestrator/state/managed-session.ts';
import type { SessionBook } from '../orchestrator/state/session-book.ts';
import type { Milliseconds } from '../session/units.ts';
import type { Replicator } from '../store/replica/replicator-types.ts';
import type { LoginTravel } from './bundles/login-travel.ts';

const tellWithin: Milliseconds = 5000;

/** Who may run a session, asked of Supabase; leases that are given back are waited for before they are asked for again. */
export const createReplicaPermit = (replica: Replicator, book: SessionBook, travel: LoginTravel) => {
  const releasing = new Map<string, Promise<void>>();
  /** Any server may take one with failover `auto`: that it is not wanted any more is known there before it is free. */
  const told = async ({ stored }: ManagedSession): Promise<void> => {
    if (stored.failover === 'auto' && replica.status().status === 'ok')
      await replica.moves.pushed(tellWithin, AbortSignal.timeout(tellWithin));
  };
  const permit: RunPermit = {
    ask: async (session, force) => {
      const { id, name } = session.stored;
      travel.wanted(session);
      await releasing.get(id);
      const answer = await replica.takeLease(id, name, force);
      if (!answer.granted) return { why: { code: answer.code, words: answer.reason } };
      book.reload(session);
      const notHere = answer.asked ? await travel.bring(session, answer.epoch) : null;
      if (notHere !== null) {
        // Another server may have what is wanting here.
        await replica.releaseLease(id);
        return { why: notHere };
      }
      return { fence: answer.fence };
    },
    confirm: ({ stored }) => replica.confirmLease(stored.id),
    giveBack: (session) => {
      const { id } = session.stored;
      releasing.set(
        id,
        travel
          .keep(session)
          // Whatever keeps it from being told (the store, and its room says so), nobody is to wait for a lease that is used no more.
          .then(() => Promise.allSettled([told(session)]))
          .then(() => replica.releaseLease(id))
          .finally(() => releasing.delete(id)),
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
