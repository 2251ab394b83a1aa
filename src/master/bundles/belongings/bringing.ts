import type { ManagedSession } from '../../../orchestrator/state/managed-session.ts';
import { messageOf } from '../../../session/fleet-error.ts';
import type { LoginWork } from '../login-work.ts';
import { bringNewer } from './bring-belongings.ts';

/** What is under way of bringing sessions' belongings: one after the other of a session, and to be stopped. */
export interface Bringing {
  /** Never rejects; whether it came to its end. */
  start(session: ManagedSession, lease: number | null): Promise<boolean>;
  isBusy(id: string): boolean;
  /** Resolves when nothing of this session is under way. */
  ended(id: string): Promise<void>;
  stop(id: string): Promise<void>;
  allEnded(): Promise<void>;
}

export const createBringing = (work: LoginWork, onPut: (session: ManagedSession) => Promise<void>): Bringing => {
  const under = new Map<string, { readonly abort: AbortController; readonly ended: Promise<void> }>();

  return {
    start: (session, lease) => {
      const { id, name } = session.stored;
      const before = under.get(id)?.ended;
      const abort = new AbortController();
      const signal = AbortSignal.any([abort.signal, work.ending]);
      const run = async (): Promise<boolean> => {
        await before;
        try {
          await bringNewer({ work, session, signal, onPut }, lease);
          return true;
        } catch (error) {
          if (!signal.aborted)
            work.log.error('tools and files could not be brought', { session: name, error: messageOf(error) });
          return false;
        } finally {
          if (under.get(id)?.abort === abort) under.delete(id);
        }
      };
      const running = run();
      under.set(id, { abort, ended: running.then(() => undefined) });
      return running;
    },
    isBusy: (id) => under.has(id),
    ended: async (id) => {
      await under.get(id)?.ended;
    },
    stop: async (id) => {
      const one = under.get(id);
      one?.abort.abort(new Error('it is not wanted here any more'));
      await one?.ended;
    },
    allEnded: async () => {
      await Promise.all([...under.values()].map(({ ended }) => ended));
    },
  };
};
