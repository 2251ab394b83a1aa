import { messageOf } from '../../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { WorkerRunner } from '../process/worker-runner.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import type { SessionBook } from '../state/session-book.ts';
import type { Why } from '../state/session-journal.ts';

/** Who says whether this machine may run a session, where other machines may, too. */
export interface RunPermit {
  /** Null: it may. Otherwise why not, for its row. `force`: a person says that whoever has it is gone for good. */
  ask(session: ManagedSession, force: boolean): Promise<Why | null>;
  /** It has ended here: others may run it. */
  giveBack(session: ManagedSession): void;
}

/** Asked before a worker starts, and for workers that ran before this master did; kept until the session stops. */
export interface Permits {
  has(session: ManagedSession): boolean;
  /** Asks. When it may not run, its worker is ended, it is `held`, and asked for again later. */
  obtain(session: ManagedSession): Promise<boolean>;
  giveBack(session: ManagedSession): void;
  /** The next question takes it from whoever has it. */
  force(session: ManagedSession): void;
  /** It is lost: the worker ends now. */
  withdraw(session: ManagedSession, why: Why): void;
  /** Whoever had it may have ended: asks now instead of later. */
  askAgain(session: ManagedSession): void;
}

const anywhere: RunPermit = { ask: async () => null, giveBack: () => undefined };
/** Whoever gives permits also tells when it is worth asking again; this is for what was not told. */
const askAgainAfter: Milliseconds = 60_000;

export const createPermits = (options: {
  readonly permit: RunPermit | undefined;
  readonly book: SessionBook;
  readonly runner: WorkerRunner;
  readonly inTurn: <T>(session: ManagedSession, work: () => Promise<T>) => Promise<T>;
  readonly kick: (session: ManagedSession) => void;
  readonly isClosed: () => boolean;
  readonly now: () => EpochMs;
  readonly log: (level: 'error', text: string, fields: Readonly<Record<string, unknown>>) => void;
}): Permits => {
  const { book, runner } = options;
  const permit = options.permit ?? anywhere;
  const granted = new WeakSet<ManagedSession>();
  const forced = new WeakSet<ManagedSession>();

  const hold = async (session: ManagedSession, why: Why): Promise<void> => {
    granted.delete(session);
    if (session.worker !== null) await runner.stop(session, why);
    if (!session.removed) book.move(session, 'held', why, { nextTryAt: options.now() + askAgainAfter });
  };

  return {
    has: (session) => options.permit === undefined || granted.has(session),
    obtain: async (session) => {
      const why = await permit.ask(session, forced.delete(session));
      if (options.isClosed()) return false;
      if (why === null) {
        granted.add(session);
        return true;
      }
      await hold(session, why);
      return false;
    },
    giveBack: (session) => {
      forced.delete(session);
      if (granted.delete(session)) permit.giveBack(session);
    },
    force: (session) => {
      forced.add(session);
    },
    withdraw: (session, why) => {
      // At once: a step that is on its way must not start it.
      granted.delete(session);
      options
        .inTurn(session, async () => {
          if (options.isClosed() || session.removed || granted.has(session)) return;
          if (session.stored.desiredState === 'stopped' && session.worker === null) return;
          await hold(session, why);
          options.kick(session);
        })
        .catch((error: unknown) =>
          options.log('error', `${session.stored.name} could not be ended`, { error: messageOf(error) }),
        );
    },
    askAgain: (session) => {
      if (session.state !== 'held' || session.worker !== null || session.nextTryAt === null) return;
      book.move(session, 'held', { code: session.reasonCode, words: session.reason });
      options.kick(session);
    },
  };
};
