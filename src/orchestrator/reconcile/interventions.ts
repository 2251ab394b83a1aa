import { messageOf } from '../../session/fleet-error.ts';
import type { DesiredState } from '../../session/session-state.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Store } from '../../store/store.ts';
import type { WorkerRunner } from '../process/worker-runner.ts';
import { isParked, type ManagedSession } from '../state/managed-session.ts';
import { incidentReason, type SessionBook } from '../state/session-book.ts';
import type { Why } from '../state/session-journal.ts';
import type { Permits } from './permits.ts';
import type { Restarts } from './restarts.ts';
import type { SessionSteps } from './session-steps.ts';

/** What persons and watches ask of a session besides its reconciling. */
export interface Interventions {
  /** Writes the desired state and kicks. `again`: also a worker that runs is ended and started. */
  want(
    session: ManagedSession,
    desired: DesiredState,
    options?: { again?: boolean; force?: boolean; actor?: string },
  ): void;
  /** Ends a worker that should not go on and starts it again after its backoff, as if it had crashed. */
  failWorker(session: ManagedSession, why: Why): void;
  /** Ends a worker and leaves the session to a person. */
  park(session: ManagedSession, state: 'waiting' | 'failed', why: Why): void;
  /** An incident does not pause this session any more: it starts when its turn comes. */
  resume(session: ManagedSession): void;
}

export const createInterventions = (options: {
  readonly store: Store;
  readonly book: SessionBook;
  readonly runner: WorkerRunner;
  readonly restarts: Restarts;
  readonly permits: Permits;
  readonly steps: SessionSteps;
  readonly wanted: (session: ManagedSession) => boolean;
  readonly now: () => EpochMs;
  readonly log: (level: 'error', text: string, fields: Readonly<Record<string, unknown>>) => void;
}): Interventions => {
  const { store, book, runner, restarts, permits, steps, wanted, now, log } = options;

  const couldNotEnd =
    (session: ManagedSession) =>
    (error: unknown): void =>
      log('error', `${session.stored.name} could not be ended`, { error: messageOf(error) });

  return {
    want: (session, desired, { again = false, force = false, actor = 'you' } = {}) => {
      if (session.stored.desiredState !== desired) {
        store.sessions.change(session.stored.id, { desiredState: desired }, now());
        book.reload(session);
      }
      session.surplus = false;

      if (desired === 'running') {
        const runtime = steps.runtimeOf(session);
        restarts.forget(session);
        // Whoever starts it wants to know now whether WhatsApp takes its messages again.
        store.sessions.tryRestrictionNow(session.stored.id, now());
        runtime.askedAt ??= now();
        if (again) session.restartWanted = true;
        if (force) permits.force(session);
        // What waited for a person, or for its next try, is up again at once.
        if (session.worker === null && (isParked(session) || session.state === 'held' || session.nextTryAt !== null))
          book.move(session, 'queued');
      }

      book.record(session, {
        level: 'info',
        kind: again ? 'restart-asked' : desired === 'running' ? 'start-asked' : 'stop-asked',
        text: again ? 'restart' : desired === 'running' ? 'start' : 'stop',
        actor,
      });
      steps.kick(session);
    },

    failWorker: (session, why) => {
      steps
        .inTurn(session, async () => {
          if (session.worker === null || !wanted(session)) return;
          await runner.stop(session, null);
          restarts.plan(session, why);
          steps.kick(session);
        })
        .catch(couldNotEnd(session));
    },

    park: (session, state, why) => {
      steps
        .inTurn(session, async () => {
          if (session.worker !== null) await runner.stop(session, null);
          if (!session.removed) book.move(session, state, why);
        })
        .catch(couldNotEnd(session));
    },

    resume: (session) => {
      if (session.worker === null && session.state === 'waiting' && session.reasonCode === incidentReason) {
        book.move(session, 'queued');
      }
      steps.kick(session);
    },
  };
};
