import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ManagedSession } from '../../../orchestrator/state/managed-session.ts';
import { type Beat, createBeat } from '../../../pace/beat.ts';
import { messageOf } from '../../../session/fleet-error.ts';
import type { Milliseconds } from '../../../session/units.ts';
import type { LoginWork } from '../login-work.ts';
import { type BelongingLook, lastLease, lookAtBelongings } from './belonging-looks.ts';
import { createStorageChecks } from './check-storage.ts';
import { makeBelongings } from './make-belongings.ts';
import { pushUnderWay } from './push-belongings.ts';
import { createPushPatience } from './push-patience.ts';

/**
 * Takes what a person changed to Storage when nothing was changed any more for one look, so that a server that dies has it there; and asks
 * again for what could not be brought.
 */

export interface WatchTiming {
  readonly everyMs: Milliseconds;
  /** After a try that did not succeed. */
  readonly againMs: Milliseconds;
  /** As `createStorageChecks` takes them. */
  readonly checkMs: readonly Milliseconds[];
}

const minute: Milliseconds = 60_000;
export const usualWatchTiming: WatchTiming = {
  everyMs: 15_000,
  againMs: 60 * minute,
  checkMs: [2 * minute, 10 * minute, 60 * minute, 360 * minute],
};
export interface BelongingsWatch extends Beat {
  /** The lease of this session was taken from another server. */
  took(id: string): void;
}

export const createBelongingsWatch = (
  work: LoginWork,
  options: {
    readonly timing: WatchTiming;
    /** It is being brought right now. */
    readonly isBusy: (sessionId: string) => boolean;
    readonly bringAgain: (session: ManagedSession, lease: number | null) => Promise<void>;
  },
): BelongingsWatch => {
  const { store, book, log } = work;
  const { timing, isBusy, bringAgain } = options;
  const checks = createStorageChecks(work, timing.checkMs);
  /** Something of them may have changed. */
  const marked = new Set<string>(book.all().map(({ stored }) => stored.id));
  const patience = createPushPatience(work, timing.againMs);

  const unwatch = book.onChange((session) => {
    for (const { stored } of session === null ? book.all() : [session]) marked.add(stored.id);
  });

  const push = async (session: ManagedSession, looks: readonly BelongingLook[], seen: string): Promise<void> => {
    const { id } = session.stored;
    patience.noteTry(id, seen);
    try {
      // Nobody's lease: as new as the last one that this server had.
      const under = work.epochOf(session) ?? lastLease(work, id) ?? 0;
      await makeBelongings(work, session, under, { looks, signal: work.ending, actor: 'master' });
    } catch (error) {
      if (!work.ending.aborted) patience.noteProblem(session, error);
    }
  };

  /** Whether there is nothing more to do for it until something changes. */
  const lookAt = async (session: ManagedSession): Promise<boolean> => {
    const { id, name } = session.stored;
    const isMine = work.epochOf(session) !== null;
    const isNewer = isMine && checks.isDue(id) && (await checks.run(session));

    const looks = lookAtBelongings(work, id);
    const isAsking = store.belongings.get(id)?.isAsking === true;
    const waited = looks.flatMap(({ known, isChanged }) => (isChanged ? [] : (known.missing ?? [])));
    if (isMine && (isNewer || isAsking || waited.some(({ again }) => patience.isOver(again)))) {
      // However long it takes, others are looked after meanwhile.
      bringAgain(session, lastLease(work, id)).catch((error: unknown) =>
        log.error('tools and files could not be brought', { session: name, error: messageOf(error) }),
      );
      return false;
    }

    // Also what is on its way: it may be given up, or be another thing than what is here by then.
    const changed = looks.filter((look) => look.isChanged);
    if (changed.length === 0) return waited.length === 0 && !isAsking;
    const toPush = changed.filter((look) => pushUnderWay(work, id, look) === null);
    const seen = toPush.map(({ what, digest }) => `${what} ${digest}`).join();
    if (toPush.length > 0 && !patience.mustWait(id, seen) && patience.hasSettled(id, seen))
      await push(session, toPush, seen);
    return false;
  };

  /** What is wrong with one keeps no other waiting. */
  const isDone = async (session: ManagedSession): Promise<boolean> => {
    try {
      return await lookAt(session);
    } catch (error) {
      patience.noteProblem(session, error);
      return false;
    }
  };

  const beat = createBeat({
    look: async () => {
      const mine = book.all().filter((session) => work.epochOf(session) !== null);
      for (const { stored } of checks.due(mine)) marked.add(stored.id);
      for (const id of [...marked]) {
        await nextTurn();
        if (work.ending.aborted) return;
        const session = book.byId(id);
        // What is changed while it is looked at is marked again.
        marked.delete(id);
        if (session !== null && !session.removed && !work.isElsewhere(session)) {
          if (isBusy(id) || !(await isDone(session))) marked.add(id);
        } else patience.forget(id);
      }
    },
    everyMs: timing.everyMs,
    withinMs: 10 * minute,
    onProblem: (error) => log.warn('tools and files could not be looked at', { error: messageOf(error) }),
    unref: true,
  });

  return {
    ...beat,
    took: checks.took,
    close: async () => {
      unwatch();
      await beat.close();
    },
  };
};
