import { type Fence, type FenceClocks, leftOf, machineClocks } from '../../session/fence.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { WorkerRunner } from '../process/worker-runner.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import type { SessionBook } from '../state/session-book.ts';
import type { Why } from '../state/session-journal.ts';

/** `fence`: until when its worker may run without a further word; null: as long as it wants. Otherwise why not, for its row. */
export type Permission = { readonly fence: Fence | null } | { readonly why: Why };

/** Who says whether this machine may run a session, where other machines may, too. */
export interface RunPermit {
  /** `force`: a person says that whoever has it is gone for good. */
  ask(session: ManagedSession, force: boolean): Promise<Permission>;
  /** Whether this machine has it now, asked anew. When another has it, it is withdrawn as well. */
  confirm(session: ManagedSession): Promise<boolean>;
  /** It has ended here: others may run it. */
  giveBack(session: ManagedSession): void;
}

/** Asked before a worker starts, and for workers that ran before this master did; kept until the session stops. */
export interface Permits {
  has(session: ManagedSession): boolean;
  /** Asks. When it may not run, its worker is ended, it is `held`, and asked for again later. */
  obtain(session: ManagedSession): Promise<boolean>;
  giveBack(session: ManagedSession): void;
  /** It has ended here and goes to another server: whoever moves it sees to its lease. */
  letGo(session: ManagedSession): void;
  /** Its worker may run until then; null: as long as it wants. */
  extend(session: ManagedSession, fence: Fence | null): void;
  /** A worker that an earlier master limited: nobody else can run it any more. */
  unfence(session: ManagedSession): void;
  /** Its login was opened elsewhere: its worker asks before it takes it back. No answer: it may not. */
  confirm(session: ManagedSession, question: string): void;
  /** The next question takes it from whoever has it. */
  force(session: ManagedSession): void;
  /** It is lost: the worker ends now. */
  withdraw(session: ManagedSession, why: Why): void;
  /** Whoever had it may have ended: asks now instead of later. */
  askAgain(session: ManagedSession): void;
}

const anywhere: RunPermit = {
  ask: async () => ({ fence: null }),
  confirm: async () => true,
  giveBack: () => undefined,
};
/** Whoever gives permits also tells when it is worth asking again; this is for what was not told. */
const askAgainAfter: Milliseconds = 60_000;

export const createPermits = (options: {
  readonly permit: RunPermit | undefined;
  readonly book: SessionBook;
  readonly runner: WorkerRunner;
  readonly inTurn: <T>(session: ManagedSession, work: () => Promise<T>) => Promise<T>;
  readonly kick: (session: ManagedSession) => void;
  readonly isClosed: () => boolean;
  /** Hands a fence down to the session's worker. `confirms`: the question that it answers. */
  readonly handDown: (session: ManagedSession, fence: Fence | null, confirms: string | null) => Promise<void>;
  readonly clocks?: FenceClocks;
  readonly now: () => EpochMs;
  readonly log: (level: 'error' | 'warn', text: string, fields: Readonly<Record<string, unknown>>) => void;
}): Permits => {
  const { book, runner } = options;
  const permit = options.permit ?? anywhere;
  const clocks = options.clocks ?? machineClocks;
  const granted = new WeakSet<ManagedSession>();
  const forced = new WeakSet<ManagedSession>();

  const isOver = ({ fence }: ManagedSession): boolean => fence !== null && leftOf(fence, clocks) <= 0;

  const notTold = (session: ManagedSession) => (error: unknown) =>
    options.log('warn', `${session.stored.name} was not told how long it may run; it is told again`, {
      error: messageOf(error),
    });
  const extend = (session: ManagedSession, fence: Fence | null): void => {
    session.fence = fence;
    if (session.worker === null || session.worker.pmId === null) return;
    options.handDown(session, fence, null).catch(notTold(session));
  };

  const hold = async (session: ManagedSession, why: Why): Promise<void> => {
    granted.delete(session);
    session.fence = null;
    session.incidentId = null;
    if (session.worker !== null) await runner.stop(session, why);
    if (!session.removed) book.move(session, 'held', why, { nextTryAt: options.now() + askAgainAfter });
  };

  return {
    has: (session) => options.permit === undefined || (granted.has(session) && !isOver(session)),
    obtain: async (session) => {
      let permission = await permit.ask(session, forced.delete(session));
      // What was asked before a person took it over is no answer to them.
      if ('why' in permission && forced.has(session) && !options.isClosed())
        permission = await permit.ask(session, forced.delete(session));
      if (options.isClosed()) return false;
      if ('why' in permission) {
        await hold(session, permission.why);
        return false;
      }
      granted.add(session);
      // A worker that runs already may have been limited by an earlier master.
      extend(session, permission.fence);
      return true;
    },
    giveBack: (session) => {
      forced.delete(session);
      session.fence = null;
      if (granted.delete(session)) permit.giveBack(session);
    },
    letGo: (session) => {
      forced.delete(session);
      granted.delete(session);
      session.fence = null;
    },
    extend: (session, fence) => {
      if (granted.has(session) && (fence !== null || session.fence !== null)) extend(session, fence);
    },
    unfence: (session) => {
      if (options.permit === undefined) extend(session, null);
    },
    confirm: (session, question) => {
      const answer = async (): Promise<void> => {
        if (await permit.confirm(session)) await options.handDown(session, session.fence, question);
      };
      answer().catch(notTold(session));
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
