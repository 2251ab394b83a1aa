import { createKeyedQueue } from '../../pace/queue.ts';
import type { PendingOperation } from '../../protocol/fleet.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import type { EpochMs } from '../../session/units.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import type { SessionBook } from '../state/session-book.ts';

/** Runs the steps of every session: one at a time for each, many sessions beside each other. */
export interface SessionSteps {
  /** Runs `work` when no other step of this session runs. */
  inTurn<T>(session: ManagedSession, work: () => Promise<T>): Promise<T>;
  /** The same; refuses while another operation is pending, and shows this one as pending. */
  exclusively<T>(session: ManagedSession, kind: PendingOperation['kind'], work: () => Promise<T>): Promise<T>;
  runtimeOf(session: ManagedSession): Runtime;
  /** One reconcile soon; asked for again before it begins, it is still one. */
  kick(session: ManagedSession): void;
  kickAll(): void;
  /** Those that wait for their turn. */
  kickQueued(): void;
  close(): void;
}

/** What the reconcile loop keeps of a session between two steps. */
export interface Runtime {
  /** A step is on its way and has not begun. */
  queued: boolean;
  /** A person asked for it, and it has not started since. */
  askedAt: EpochMs | null;
  /** Wakes the loop when the pause before the next try is over. */
  nextTry: NodeJS.Timeout | null;
}

export const clearNextTry = (runtime: Runtime): void => {
  if (runtime.nextTry !== null) clearTimeout(runtime.nextTry);
  runtime.nextTry = null;
};

export const createSessionSteps = (options: {
  readonly book: SessionBook;
  readonly reconcile: (session: ManagedSession) => Promise<void>;
  /** Longest connected first. */
  readonly inOrder: () => readonly ManagedSession[];
  readonly isClosed: () => boolean;
  readonly log: (level: 'error', text: string, fields: Readonly<Record<string, unknown>>) => void;
}): SessionSteps => {
  const { book, inOrder, isClosed, log } = options;
  const { run: inTurn } = createKeyedQueue<ManagedSession>();
  const runtimes = new WeakMap<ManagedSession, Runtime>();
  const lastSeen = new WeakMap<ManagedSession, string>();

  const runtimeOf = (session: ManagedSession): Runtime => {
    const runtime = runtimes.get(session) ?? { queued: false, askedAt: null, nextTry: null };
    runtimes.set(session, runtime);

    return runtime;
  };

  const kick = (session: ManagedSession): void => {
    const runtime = runtimeOf(session);
    if (runtime.queued || isClosed()) return;

    runtime.queued = true;
    inTurn(session, async () => {
      runtime.queued = false;
      if (!isClosed()) await options.reconcile(session);
    }).catch((error: unknown) => {
      if (isClosed()) return;
      const reason = messageOf(error);
      log('error', `${session.stored.name}: a step failed`, { error: reason });
      book.record(session, { level: 'error', kind: 'step-failed', text: reason, evidence: { reason } });
      // The slow look tries again.
    });
  };

  const kickQueued = (): void => {
    for (const session of inOrder()) if (session.state === 'queued') kick(session);
  };

  const unsubscribe = book.onChange((session) => {
    if (isClosed() || session === null) return;

    // A browser that has come up, or a worker that ended, makes room for the next.
    const key = `${session.state} ${session.worker === null}`;
    if (lastSeen.get(session) === key) return;
    lastSeen.set(session, key);
    if (session.state !== 'queued') setImmediate(kickQueued);
  });

  return {
    inTurn,
    runtimeOf,
    kick,
    exclusively: async (session, kind, work) => {
      if (session.pending !== null) {
        throw new FleetError(
          'refused-by-state',
          `${session.stored.name} is busy with "${session.pending.kind}". Wait until that is done.`,
        );
      }

      book.setPending(session, kind);
      try {
        return await inTurn(session, work);
      } finally {
        book.setPending(session, null);
        kick(session);
      }
    },
    kickQueued,
    kickAll: () => {
      for (const session of inOrder()) kick(session);
    },
    close: () => {
      unsubscribe();
      for (const session of book.all()) clearNextTry(runtimeOf(session));
    },
  };
};
