import type { ManagedSession } from '../../../orchestrator/state/managed-session.ts';
import { messageOf } from '../../../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../../session/units.ts';
import type { LoginWork } from '../login-work.ts';
import { againLate } from './bring-belongings.ts';

/** When what changed is taken to Storage: once it rests, and after a try that failed only when it is another thing, or a while later. */

/** Whoever goes on changing things does not keep them from Storage for ever. */
const mostPatient = 8;

/** `seen`: what the things looked like, in words that compare. */
export const createPushPatience = (
  { store, log, now }: Pick<LoginWork, 'store' | 'log' | 'now'>,
  againMs: Milliseconds,
) => {
  /** What they looked like at the look before, and how often it was another thing. */
  const restless = new Map<string, { readonly seen: string; readonly looks: number }>();
  /** What they looked like when they were packed last. */
  const tried = new Map<string, string>();

  /** A clock that was set back keeps nothing waiting for longer than is usual. */
  const isOver = (at: EpochMs): boolean => now() >= at || at - now() > againLate;

  return {
    isOver,
    hasSettled: (id: string, seen: string): boolean => {
      const before = restless.get(id) ?? { seen: '', looks: 0 };
      restless.set(id, { seen, looks: before.looks + 1 });
      return before.seen === seen || before.looks >= mostPatient;
    },
    /** What failed is tried again after a while, and at once when it is another thing by now. */
    mustWait: (id: string, seen: string): boolean => {
      const failed = store.belongings.get(id)?.problem ?? null;
      return failed !== null && tried.get(id) === seen && !isOver(failed.at + againMs);
    },
    noteTry: (id: string, seen: string): void => {
      restless.delete(id);
      tried.set(id, seen);
    },
    /** Said once, and kept for whoever looks. */
    noteProblem: (session: ManagedSession, error: unknown): void => {
      const { id, name } = session.stored;
      const text = messageOf(error);
      const known = store.belongings.get(id)?.problem ?? null;
      if (known?.text === text && !isOver(known.at + againMs)) return;
      if (known?.text !== text) log.warn('a bundle of tools and files was not made', { session: name, error: text });
      store.belongings.change(id, { problem: { at: now(), text } });
    },
    /** The session is gone, or runs elsewhere. */
    forget: (id: string): void => {
      restless.delete(id);
      tried.delete(id);
    },
  };
};
