import { z } from 'zod';
import { belongingsFolder, loginShelf, pathsUntil } from '../../bundles/bundle-name.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import { parseSessionName, type SessionName } from '../../session/session-name.ts';
import type { JobKind } from '../jobs/job-kind.ts';
import { dropSealed, type LoginWork } from './login-work.ts';

/** Removes the bundles of a login that is void, or of what a bot that is erased had in its hands: promised, and tried until it is done. */

const argsSchema = z.object({
  sessionName: z.string(),
  /** Later ones belong to a new login, or to a new session of that name. */
  before: z.number(),
});

/** In the lane of the uploads: none of them puts a part there behind its back. */
const createForget = (
  { bucket }: LoginWork,
  { kind, lane }: Pick<JobKind, 'kind' | 'lane'>,
  folderOf: (name: SessionName) => string,
): JobKind => ({
  kind,
  lane,
  insists: true,
  run: async ({ job, signal }) => {
    const { sessionName, before } = argsSchema.parse(job.args);
    const folder = folderOf(parseSessionName(sessionName));
    try {
      const gone = pathsUntil(folder, await bucket.list(folder), before);
      if (gone.length > 0) await bucket.remove(gone);
      return { files: gone.length };
    } catch (error) {
      signal.throwIfAborted();
      throw new FleetError('unavailable', messageOf(error), { cause: error });
    }
  },
});

export const createForgetJob = (work: LoginWork): JobKind =>
  createForget(work, { kind: 'bundle-forget', lane: 'logins' }, (name) => loginShelf(name).folder);

export const createBelongingsForget = (work: LoginWork): JobKind =>
  createForget(work, { kind: 'belongings-forget', lane: 'belongings' }, belongingsFolder);

/** What lies here of it goes at once, also what comes in: it is of the same login. */
export const dropOwn = ({ paths }: LoginWork, name: string): void => {
  for (const kind of ['in', 'out'] as const) dropSealed(paths, parseSessionName(name), kind);
};
