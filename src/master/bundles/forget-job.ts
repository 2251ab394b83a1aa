import { z } from 'zod';
import { loginShelf, pathsUntil } from '../../bundles/bundle-name.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import { parseSessionName } from '../../session/session-name.ts';
import type { JobKind } from '../jobs/job-kind.ts';
import { dropSealed, type LoginWork } from './login-work.ts';

/** Removes the bundles of a login that is void: promised, and tried until it is done. */

const argsSchema = z.object({
  sessionName: z.string(),
  /** Later ones belong to a new login, or to a new session of that name. */
  before: z.number(),
});

export const createForgetJob = ({ bucket }: LoginWork): JobKind => ({
  kind: 'bundle-forget',
  lane: 'logins',
  insists: true,
  run: async ({ job, signal }) => {
    const { sessionName, before } = argsSchema.parse(job.args);
    const name = parseSessionName(sessionName);
    try {
      const { folder } = loginShelf(name);
      const gone = pathsUntil(folder, await bucket.list(folder), before);
      if (gone.length > 0) await bucket.remove(gone);
      return { files: gone.length };
    } catch (error) {
      signal.throwIfAborted();
      throw new FleetError('unavailable', messageOf(error), { cause: error });
    }
  },
});

/** What lies here of it goes at once, also what comes in: it is of the same login. */
export const dropOwn = ({ paths }: LoginWork, name: string): void => {
  for (const kind of ['in', 'out'] as const) dropSealed(paths, parseSessionName(name), kind);
};
