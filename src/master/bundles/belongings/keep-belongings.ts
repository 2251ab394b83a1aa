import type { ManagedSession } from '../../../orchestrator/state/managed-session.ts';
import { endsWithin } from '../../../pace/deadline.ts';
import { untilAborted } from '../../../pace/until-aborted.ts';
import { messageOf } from '../../../session/fleet-error.ts';
import type { Milliseconds } from '../../../session/units.ts';
import type { LoginWork } from '../login-work.ts';
import { uploadResultSchema } from '../upload-job.ts';
import { called, lookAtBelongings } from './belonging-looks.ts';
import { makeBelongings } from './make-belongings.ts';
import { isToPush, pushUnderWay } from './push-belongings.ts';

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
  try {
    const changed = lookAtBelongings(work, id).filter(({ isChanged }) => isChanged);
    if (changed.length === 0) return null;

    const under = changed.flatMap((look) => pushUnderWay(work, id, look)?.id ?? []);
    const looks = changed.filter((look) => isToPush(work, id, look));
    const made = looks.length === 0 ? [] : await makeBelongings(work, session, epoch, { looks, signal, actor });

    const ended = Promise.all([...under, ...made].map((job) => work.jobs.ended(job)));
    if (!(await untilAborted(endsWithin(ended, withinMs), signal)))
      return `${changed.map(({ what }) => called(what)).join(', ')}: not in Supabase Storage after ${Math.round(withinMs / 1000)} s`;
    const results = (await ended).map((result) => uploadResultSchema.parse(result));
    return results.find(({ failed }) => failed !== null)?.failed ?? null;
  } catch (error) {
    signal.throwIfAborted();
    return `its tools and files could not be taken to Supabase Storage: ${messageOf(error)}`;
  }
};
