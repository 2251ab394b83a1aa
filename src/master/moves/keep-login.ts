import { existsSync } from 'node:fs';
import { whenUnlocked } from '../../backup/create-backup.ts';
import { profileDir } from '../../home/home-paths.ts';
import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import { endsWithin } from '../../pace/deadline.ts';
import { untilAborted } from '../../pace/until-aborted.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';
import type { LoginWork } from '../bundles/login-work.ts';
import { makeBundle } from '../bundles/make-bundle.ts';
import { uploadResultSchema } from '../bundles/upload-job.ts';

/** Whether there is a login here that another server would need. */
export const hasLogin = ({ paths }: Pick<LoginWork, 'paths'>, { stored }: ManagedSession): boolean =>
  stored.phone !== null && existsSync(profileDir(paths, stored.name));

/**
 * Takes the login of a session that has stopped to Storage and waits until it is there. Null: it is, or there is none; otherwise why not.
 * `made`: the job of a bundle that the run before made.
 */
export const keepLogin = async (
  work: LoginWork,
  session: ManagedSession,
  epoch: number,
  options: {
    readonly made: number | null;
    readonly onMade: (job: number) => void;
    readonly signal: AbortSignal;
    readonly withinMs: Milliseconds;
  },
): Promise<string | null> => {
  const { signal, withinMs } = options;
  if (!hasLogin(work, session)) return null;
  try {
    const job =
      options.made ??
      (await makeBundle(work, session, epoch, {
        withClosedProfile: whenUnlocked(work.paths),
        signal,
        actor: 'master',
      }));
    if (options.made === null) options.onMade(job);

    const ended = work.jobs.ended(job);
    if (!(await untilAborted(endsWithin(ended, withinMs), signal)))
      return `its login is not in Supabase Storage after ${Math.round(withinMs / 1000)} s`;
    return uploadResultSchema.parse(await ended).failed;
  } catch (error) {
    signal.throwIfAborted();
    return `its login could not be taken to Supabase Storage: ${messageOf(error)}`;
  }
};
