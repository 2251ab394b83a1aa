import type { WorkerExit } from '../../protocol/worker-exit.ts';
import { isNetworkReason, unreachableAlone } from '../../session/network-fault.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Store } from '../../store/store.ts';
import type { HealthPolicies } from '../health/policies.ts';
import { nextAttempt, noteRestart, planRestart } from '../health/restart-breaker.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import type { SessionBook } from '../state/session-book.ts';
import type { Why } from '../state/session-journal.ts';

/** The exit of a worker, or the end of a start, that the store is to blame for. */
export const storeUnusable: WorkerExit = 'store-unusable';

/** When a session that failed is tried again, or that it is not any more: keeps the counts that `health/` decides by. */
export interface Restarts {
  /** Moves the session to its next try, or to `failed`. */
  plan(session: ManagedSession, why: Why): void;
  /** A person starts it: what was before does not count. */
  forget(session: ManagedSession): void;
}

interface Count {
  attempt: number;
  /** Tries that failed over the network since it last worked. */
  networkAttempt: number;
  restarts: readonly EpochMs[];
}

/** A session that an incident holds fails with all others: that says nothing of it alone. */
const isOfNetwork = (session: ManagedSession, why: Why): boolean =>
  isNetworkReason(why.code) || session.incidentId !== null;

/** A store at fault is no crash of the session: it waits for the store however long that takes, and the store takes no count. */
const isOfStore = (session: ManagedSession, why: Why): boolean =>
  why.code === storeUnusable || session.storeFault !== null;

export const createRestarts = (options: {
  readonly store: Store;
  readonly book: SessionBook;
  readonly policies: Pick<HealthPolicies, 'backoff' | 'network' | 'breaker' | 'budget'>;
  readonly random: () => number;
  readonly now: () => EpochMs;
}): Restarts => {
  const { store, book, policies, now } = options;
  const counts = new WeakMap<ManagedSession, Count>();
  let fleetRestarts: readonly EpochMs[] = [];

  return {
    plan: (session, given) => {
      const isAlone = session.unreachableAlone && isNetworkReason(given.code);
      const why = isAlone ? { ...given, code: unreachableAlone } : given;
      const count = counts.get(session) ?? { attempt: 0, networkAttempt: 0, restarts: [] };
      counts.set(session, count);
      const isNetwork = isOfNetwork(session, why);
      const isCounted = !isNetwork && !isOfStore(session, why);
      const failedTry = isNetwork ? 'networkAttempt' : 'attempt';
      count[failedTry] = nextAttempt(count[failedTry], session.connectedAt, now(), policies.backoff);
      session.attempt = count[failedTry];
      const plan = planRestart(
        {
          now: now(),
          attempt: session.attempt - 1,
          ...(isCounted ? {} : { network: isNetwork && why.code !== unreachableAlone ? 'all' : 'alone' }),
          sessionRestarts: count.restarts,
          fleetRestarts,
          lastCause: why.words ?? why.code ?? 'it ended',
        },
        policies,
        options.random,
      );
      if (plan.kind === 'give-up') {
        book.move(session, 'failed', { code: 'gave-up', words: plan.reason });
        return;
      }
      if (isCounted) {
        count.restarts = noteRestart(count.restarts, now(), policies.breaker);
        fleetRestarts = noteRestart(fleetRestarts, now(), policies.budget);
        store.sessions.countRestart(session.stored.id);
        book.reload(session);
      }
      book.move(session, 'starting', why, { nextTryAt: plan.at });
    },
    forget: (session) => {
      counts.delete(session);
      session.attempt = 0;
    },
  };
};
