import { z } from 'zod';
import { belongingsFolder, loginShelf, pathsUntil } from '../../bundles/bundle-name.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import { parseSessionName, type SessionName } from '../../session/session-name.ts';
import type { EpochMs } from '../../session/units.ts';
import type { JobKind } from '../jobs/job-kind.ts';
import { dropSealed, type LoginWork } from './login-work.ts';

/** Removes the bundles of a login that is void, or of what a bot that is erased had in its hands: promised, and tried until it is done. */

interface Gone {
  readonly id: string;
  readonly name: string;
}

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
const dropOwn = ({ paths }: LoginWork, name: string): void => {
  for (const kind of ['in', 'out'] as const) dropSealed(paths, parseSessionName(name), kind);
};

/** Of whatever this server knows to be in Storage: another server's clock may be ahead of this one's. */
const latestLogin = ({ store }: Pick<LoginWork, 'store'>, id: string): EpochMs => {
  const known = store.loginBundles.get(id);
  return Math.max(0, known?.at ?? 0, known?.made?.at ?? 0, known?.fetched?.madeAt ?? 0);
};
const latestBelongings = ({ store }: Pick<LoginWork, 'store'>, id: string): EpochMs => {
  const known = store.belongings.get(id);
  const ofKinds = Object.values(known?.kinds ?? {}).flatMap(({ base, made }) => [base?.at ?? 0, made?.at ?? 0]);
  return Math.max(0, known?.fetched?.madeAt ?? 0, ...ofKinds);
};

/** The number of the job that removes all bundles of its login that were made until now. */
export const forgetLogin = (work: LoginWork, { id, name }: Gone, actor: string): number => {
  const before = Math.max(work.now(), latestLogin(work, id));
  dropOwn(work, name);
  work.store.loginBundles.forget(id);
  return work.jobs.add({ kind: 'bundle-forget', args: { sessionName: name, before }, actor }).id;
};

/** The same of what its bot had in its hands. */
export const forgetBelongings = (work: LoginWork, { id, name }: Gone, actor: string): number => {
  const before = Math.max(work.now(), latestBelongings(work, id));
  dropSealed(work.paths, parseSessionName(name), null);
  work.store.belongings.forget(id);
  return work.jobs.add({ kind: 'belongings-forget', args: { sessionName: name, before }, actor }).id;
};
