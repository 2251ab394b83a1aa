import type { ManagedSession } from '../../../orchestrator/state/managed-session.ts';
import { endsWithin } from '../../../pace/deadline.ts';
import { untilAborted } from '../../../pace/until-aborted.ts';
import { messageOf } from '../../../session/fleet-error.ts';
import type { Milliseconds } from '../../../session/units.ts';
import type { LoginWork } from '../login-work.ts';
import { uploadResultSchema } from '../upload-job.ts';
import { type BelongingLook, called, lookAtBelongings } from './belonging-looks.ts';
import { makeBelongings } from './make-belongings.ts';
import { isToPush, pushUnderWay } from './push-belongings.ts';

const mostTries = 5;

/**
 * Takes what was changed of a session's belongings to Storage and waits until it is there. Null: it is, or nothing was changed; otherwise
 * why not. Rejects with the signal's reason. `epoch`: of the lease that this server has or had.
 */
export const keepBelongings = async (
  work: LoginWork,
  session: ManagedSession,
  epoch: number,
  options: { readonly signal: AbortSignal; readonly withinMs: Milliseconds; readonly actor: string },
): Promise<string | null> => {
  const { signal, withinMs, actor } = options;
  const { id } = session.stored;
  const giveUpAt = performance.now() + withinMs;
  let changed: readonly BelongingLook[] = [];
  try {
    // What is changed meanwhile goes, too; an upload that gave way to a newer one took nothing there.
    for (let tries = 0; tries < mostTries; tries += 1) {
      changed = lookAtBelongings(work, id).filter(({ isChanged }) => isChanged);
      if (changed.length === 0 || session.removed) return null;

      const under = changed.flatMap((look) => pushUnderWay(work, id, look)?.id ?? []);
      const looks = changed.filter((look) => isToPush(work, id, look));
      const made = looks.length === 0 ? [] : await makeBelongings(work, session, epoch, { looks, signal, actor });
      const ended = Promise.all([...under, ...made].map((job) => work.jobs.ended(job)));
      if (!(await untilAborted(endsWithin(ended, Math.max(0, giveUpAt - performance.now())), signal)))
        return `${changed.map(({ what }) => called(what)).join(', ')}: not in Supabase Storage after ${Math.round(withinMs / 1000)} s`;
      const results = (await ended).map((result) => uploadResultSchema.parse(result));
      const failed = results.find((one) => one.failed !== null)?.failed ?? null;
      if (failed !== null) return failed;
    }
    return `${changed.map(({ what }) => called(what)).join(', ')}: changed again and again. Try again when nobody changes them`;
  } catch (error) {
    signal.throwIfAborted();
    return `its tools and files could not be taken to Supabase Storage: ${messageOf(error)}`;
  }
};

/** At the server that it left: what was changed between the last look at it and its arrival elsewhere. */
export const tellChanged = (work: LoginWork, session: ManagedSession, to: string): void => {
  for (const { what } of lookAtBelongings(work, session.stored.id).filter(({ isChanged }) => isChanged))
    work.book.record(session, {
      level: 'warn',
      kind: 'belongings-left',
      text: `${called(what)} were changed here while it moved: that stayed here. Set it on ${to} too`,
      evidence: { what, to },
    });
};
