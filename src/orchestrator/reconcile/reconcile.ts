import { FleetError, messageOf } from '../../session/fleet-error.ts';
import { movedReason, movingReason } from '../../session/group-node.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { storeFaultOf } from '../../store/store-fault.ts';
import type { WorkerRunner } from '../process/worker-runner.ts';
import { isParked, type ManagedSession } from '../state/managed-session.ts';
import { incidentReason, type SessionBook } from '../state/session-book.ts';
import { noReason, type Why } from '../state/session-journal.ts';
import type { Permits } from './permits.ts';
import type { Places } from './places.ts';
import { type Restarts, storeUnusable } from './restarts.ts';
import { clearNextTry, type Runtime } from './session-steps.ts';

/** One step from what is to what is wanted. Idempotent: run again as often as one likes, it changes only what is not so yet. */
export interface Reconcile {
  reconcile(session: ManagedSession): Promise<void>;
  /** Ends the worker of a session that shall not run now. */
  settleIdle(session: ManagedSession): Promise<void>;
}

export interface ReconcileOptions {
  readonly book: SessionBook;
  readonly runner: WorkerRunner;
  readonly places: Places;
  readonly permits: Permits;
  readonly restarts: Restarts;
  readonly wanted: (session: ManagedSession) => boolean;
  readonly isDraining: () => boolean;
  readonly isClosed: () => boolean;
  readonly runtimeOf: (session: ManagedSession) => Runtime;
  readonly kick: (session: ManagedSession) => void;
  readonly now: () => EpochMs;
  readonly log: (level: 'warn', text: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** Longer than every backoff and every wait for the fleet's restart budget (health/policies.ts). */
const longestPause: Milliseconds = 30 * 60_000;

const tooMany: Why = { code: 'max-sessions', words: 'MAX_SESSIONS was lowered; it waits for a place' };
const fleetStops: Why = { code: 'fleet-stopped', words: 'the fleet is stopped; it runs again with it' };
const moves = (to: string): Why => ({ code: movingReason, words: `moves to ${to}` });
const inIncident: Why = { code: incidentReason, words: 'waits for the end of the incident; then it starts by itself' };

export const createReconcile = (options: ReconcileOptions): Reconcile => {
  const { book, runner, permits, wanted, runtimeOf, now } = options;

  const settleIdle = async (session: ManagedSession): Promise<void> => {
    clearNextTry(runtimeOf(session));
    if (session.worker !== null) await runner.stop(session, noReason);
    // A fleet that drains gives all of them back at once, later; one that moves is offered to its next server first.
    if (!options.isDraining() && session.leaving === null) permits.giveBack(session);

    if (session.leaving !== null && session.stored.desiredState === 'running') {
      book.move(session, 'queued', moves(session.leaving));
    } else if (!options.isDraining() && !session.surplus) {
      // Where it went is said until it is wanted here again.
      if (session.state !== 'stopped' || session.reasonCode !== movedReason) book.move(session, 'stopped');
    } else if (session.state !== 'queued' && !isParked(session)) {
      if (session.stored.desiredState === 'stopped') book.move(session, 'stopped');
      else book.move(session, 'queued', session.surplus ? tooMany : fleetStops);
    }

    if (session.surplus && !options.isDraining()) {
      // It gave its place up; from here on it waits for one like any other.
      session.surplus = false;
      options.kick(session);
    }
  };

  const startOrWait = async (session: ManagedSession): Promise<void> => {
    const runtime = runtimeOf(session);
    if (session.incidentId !== null && runtime.askedAt === null) {
      book.move(session, 'waiting', inIncident);
      return;
    }

    const pause = session.nextTryAt === null ? 0 : session.nextTryAt - now();
    // A pause longer than any that is planned: the machine's clock went back meanwhile, and the wait is over.
    if (pause > 0 && pause <= longestPause) {
      runtime.nextTry = setTimeout(() => options.kick(session), pause);
      return;
    }

    const why = options.places.whyNotNow(session);
    if (why !== null) {
      if (session.state !== 'queued' || session.reasonCode !== why.code) book.move(session, 'queued', why);
      return;
    }

    if (!permits.has(session)) {
      // Places may have gone meanwhile: it looks once more.
      if (await permits.obtain(session)) options.kick(session);
      return;
    }

    try {
      await runner.start(session, () => wanted(session) && !options.isClosed());
      runtime.askedAt = null;
    } catch (error) {
      if (options.isClosed()) return;
      options.log('warn', `${session.stored.name} could not be started`, { error: messageOf(error) });
      const otherwise = error instanceof FleetError ? error.code : 'start-failed';
      const code = storeFaultOf(error) === null ? otherwise : storeUnusable;
      options.restarts.plan(session, { code, words: messageOf(error) });
      options.kick(session);
    }
  };

  return {
    settleIdle,
    reconcile: async (session) => {
      clearNextTry(runtimeOf(session));
      if (session.removed) {
        permits.giveBack(session);
        return;
      }

      if (!wanted(session)) {
        session.restartWanted = false;
        await settleIdle(session);
      } else if (session.state === 'failed' && session.worker !== null) {
        await runner.stop(session, null);
      } else {
        if (session.restartWanted) {
          session.restartWanted = false;
          if (session.worker !== null) await runner.stop(session, noReason);
        }
        if (session.worker === null && !isParked(session)) await startOrWait(session);
        else if (session.worker !== null && !permits.has(session)) await permits.obtain(session);
      }
    },
  };
};
