import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ManagedSession } from '../../../orchestrator/state/managed-session.ts';
import { type Beat, createBeat } from '../../../pace/beat.ts';
import { messageOf } from '../../../session/fleet-error.ts';
import type { Milliseconds } from '../../../session/units.ts';
import type { LoginWork } from '../login-work.ts';
import { type BelongingLook, lastLease, lookAtBelongings } from './belonging-looks.ts';
import { makeBelongings } from './make-belongings.ts';
import { isToPush } from './push-belongings.ts';

/**
 * Takes what a person changed to Storage when nothing was changed any more for one look, so that a server that dies has it there; and asks
 * again for what could not be brought.
 */

export interface WatchTiming {
  readonly everyMs: Milliseconds;
  /** After a try that did not succeed. */
  readonly againMs: Milliseconds;
}

export const usualWatchTiming: WatchTiming = { everyMs: 15_000, againMs: 3_600_000 };
/** Whoever goes on changing things does not keep them from Storage for ever. */
const mostPatient = 8;

export const createBelongingsWatch = (
  work: LoginWork,
  options: {
    readonly timing: WatchTiming;
    /** It is being brought right now. */
    readonly isBusy: (sessionId: string) => boolean;
    readonly bringAgain: (session: ManagedSession, lease: number | null) => Promise<void>;
  },
): Beat => {
  const { store, book, log, now } = work;
  const { timing, isBusy, bringAgain } = options;
  /** Something of them may have changed. */
  const marked = new Set<string>(book.all().map(({ stored }) => stored.id));
  /** What they looked like at the look before, and how often it was another thing. */
  const restless = new Map<string, { readonly seen: string; readonly looks: number }>();

  const unwatch = book.onChange((session) => {
    for (const { stored } of session === null ? book.all() : [session]) marked.add(stored.id);
  });

  const unmark = (id: string): void => {
    marked.delete(id);
    restless.delete(id);
  };

  const hasSettled = (id: string, changed: readonly BelongingLook[]): boolean => {
    const seen = changed.map(({ what, digest }) => `${what} ${digest}`).join();
    const before = restless.get(id) ?? { seen: '', looks: 0 };
    restless.set(id, { seen, looks: before.looks + 1 });
    return before.seen === seen || before.looks >= mostPatient;
  };

  /** Whether there is nothing more to do for it until something changes. */
  const lookAt = async (session: ManagedSession): Promise<boolean> => {
    const { id, name } = session.stored;
    const looks = lookAtBelongings(work, id);
    const waited = looks.flatMap(({ known, isChanged }) => (isChanged ? [] : (known.missing ?? [])));
    const epoch = work.epochOf(session);
    const isDue = store.belongings.get(id)?.isAsking === true || waited.some(({ again }) => now() >= again);
    if (epoch !== null && isDue) await bringAgain(session, lastLease(work, id));

    const changed = lookAtBelongings(work, id).filter((look) => isToPush(work, id, look));
    if (changed.length === 0) return waited.length === 0 && store.belongings.get(id)?.isAsking !== true;
    const failed = store.belongings.get(id)?.problem ?? null;
    if (failed !== null && now() - failed.at < timing.againMs) return false;
    if (!hasSettled(id, changed)) return false;

    restless.delete(id);
    try {
      // Nobody's lease: as new as the last one that this server had.
      const under = epoch ?? lastLease(work, id) ?? 0;
      await makeBelongings(work, session, under, { looks: changed, signal: work.ending, actor: 'master' });
    } catch (error) {
      if (work.ending.aborted) return false;
      const text = messageOf(error);
      log.warn('a bundle of tools and files was not made', { session: name, error: text });
      store.belongings.change(id, { problem: { at: now(), text } });
    }
    return false;
  };

  const beat = createBeat({
    look: async () => {
      for (const id of [...marked]) {
        await nextTurn();
        const session = book.byId(id);
        if (work.ending.aborted) return;
        if (session === null || session.removed || work.isElsewhere(session)) unmark(id);
        else if (!isBusy(id) && (await lookAt(session))) unmark(id);
      }
    },
    everyMs: timing.everyMs,
    withinMs: 10 * 60_000,
    onProblem: (error) => log.warn('tools and files could not be looked at', { error: messageOf(error) }),
    unref: true,
  });

  return {
    ...beat,
    close: async () => {
      unwatch();
      await beat.close();
    },
  };
};
