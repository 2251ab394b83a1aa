import {
  belongingShelf,
  belongingsFolder,
  bundleId,
  bundlesIn,
  bytesOf,
  isWhole,
  loginShelf,
  type StoredBundle,
} from '../../bundles/bundle-name.ts';
import type { MethodsOf } from '../../orchestrator/door/handlers.ts';
import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import { belongingNames, belongingsStanding } from '../../session/belongings.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { BundleLine } from '../../session/records.ts';
import type { Milliseconds } from '../../session/units.ts';
import { BucketFailure } from '../../store/replica/bucket-failure.ts';
import type { MasterParts } from '../open-parts.ts';
import { whileClosed } from '../while-closed.ts';
import { keepBelongings } from './belongings/keep-belongings.ts';
import { fetchLogin } from './bring-login.ts';
import { usableBundles } from './login-work.ts';
import { makeBundle } from './make-bundle.ts';
import type { OpenLogins } from './open-logins.ts';
import { tellMissing } from './stays-behind.ts';
import { uploadResultSchema } from './upload-job.ts';

/** What a person asks of bundles, where logins travel. */
export type BundleMethods = MethodsOf<
  'bundles' | 'bundlePush' | 'bundleFetch' | 'bundleSkip' | 'bundleUndo' | 'bundleRemove'
>;

/** A person waits so long for what a bot has in its hands; then it goes on by itself. */
const keptWithin: Milliseconds = 600_000;

/** A failure of Storage as the door tells it: what passes by itself, and what a person has to mend. */
const atDoor = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof BucketFailure)) throw error;
    throw new FleetError(error.kind === 'away' ? 'unavailable' : 'failed', error.message, { cause: error });
  }
};

const lineOf = (
  bundle: StoredBundle,
  of: { readonly session: string; readonly what: string; readonly madeUnder: number | undefined },
): BundleLine => ({
  session: of.session,
  what: of.what,
  id: bundleId(bundle),
  epoch: bundle.epoch,
  madeAt: bundle.madeAt,
  bytes: bytesOf(bundle),
  whole: isWhole(bundle),
  madeHere: of.madeUnder === bundle.epoch,
});

export const createBundleMethods = (
  parts: MasterParts,
  { work, belongings }: Pick<OpenLogins, 'work' | 'belongings'>,
): BundleMethods => {
  const { book, jobs, now, orchestrator, replica, store, travel } = parts;

  const linesOf = async ({ stored: { id, name: session } }: ManagedSession): Promise<readonly BundleLine[]> => {
    const login = loginShelf(session);
    const [logins, others] = await atDoor(
      Promise.all([work.bucket.list(login.folder), work.bucket.list(belongingsFolder(session))]),
    );
    const madeUnder = store.loginBundles.get(id)?.made?.epoch;
    const kinds = store.belongings.get(id)?.kinds ?? {};
    return [
      ...bundlesIn(login, logins).map((bundle) => lineOf(bundle, { session, what: 'login', madeUnder })),
      ...belongingNames.flatMap((what) =>
        bundlesIn(belongingShelf(session, what), others).map((bundle) =>
          lineOf(bundle, { session, what, madeUnder: kinds[what]?.made?.epoch }),
        ),
      ),
    ];
  };

  const linesOfAll = async (sessions: readonly ManagedSession[]): Promise<readonly BundleLine[]> => {
    const lines: BundleLine[] = [];
    for (const session of sessions) lines.push(...(await linesOf(session)));
    return lines;
  };

  return {
    bundles: async ({ name }) => {
      const sessions = name === undefined ? book.all() : [book.get(name)];
      const id = name === undefined ? null : book.get(name).stored.id;
      return {
        configured: true,
        problem: null,
        bundles: await linesOfAll(sessions),
        login: id === null ? null : store.loginBundles.get(id),
        belongings: id === null ? null : belongingsStanding(store.belongings.get(id)),
      };
    },

    bundlePush: async ({ name, actor }) => {
      const session = book.get(name);
      const epoch = work.epochOf(session) ?? store.loginBundles.get(session.stored.id)?.epoch ?? null;
      if (replica.nodeOf(session) !== null || epoch === null)
        throw new FleetError(
          'refused-by-state',
          `${name} did not run here last: its login is taken from where it did. Start it here first, or push it there.`,
        );
      const asked = { signal: work.ending, actor: actor ?? 'you' };
      const why = await keepBelongings(work, session, epoch, { ...asked, withinMs: keptWithin });
      if (why !== null) throw new FleetError('failed', why);
      const job = await makeBundle(work, session, epoch, { ...asked, withClosedProfile: whileClosed(parts) });
      const { failed } = uploadResultSchema.parse(await jobs.ended(job));
      if (failed !== null) throw new FleetError('failed', failed);
      return { bytes: store.loginBundles.get(session.stored.id)?.made?.bytes ?? 0 };
    },

    bundleFetch: async ({ name, actor }) => {
      const session = book.get(name);
      if (session.worker !== null || session.stored.desiredState === 'running')
        throw new FleetError('refused-by-state', `${name} runs: stop it first (zap-fleet stop ${name}).`);
      return atDoor(
        orchestrator.exclusively(session, 'restart', async () => {
          const [newest] = await usableBundles(work, session.stored.name);
          if (newest === undefined)
            throw new FleetError('refused-by-state', `Supabase Storage has no bundle of ${name}.`);
          const had = await fetchLogin(work, session, newest);
          await belongings.bringNow(session);
          if (had !== null && !belongings.isMissing(session)) tellMissing(work, session, had);
          store.loginBundles.change(session.stored.id, { epoch: newest.epoch, at: now() });
          book.record(session, {
            level: 'info',
            kind: 'login-fetch-asked',
            text: 'its login was fetched by hand',
            actor: actor ?? 'you',
          });
          return { madeAt: newest.madeAt, epoch: newest.epoch };
        }),
      );
    },

    bundleSkip: ({ name, actor }) => {
      const session = book.get(name);
      store.loginBundles.change(session.stored.id, { skip: true, problem: null });
      belongings.skip(session);
      book.record(session, {
        level: 'warn',
        kind: 'bundle-skipped',
        text: 'its next start uses the login, tools and files that are here, whatever lies in Supabase Storage',
        actor: actor ?? 'you',
      });
      return { skipped: true };
    },

    bundleUndo: async ({ name, actor }) => {
      const session = book.get(name);
      const where = replica.nodeOf(session);
      if (where !== null)
        throw new FleetError('refused-by-state', `${name} is on ${where}, not here: what it has there counts.`);
      return { undone: await belongings.undo(session, actor ?? 'you') };
    },

    bundleRemove: async ({ name, actor }) => {
      const session = book.get(name);
      const left = await travel.forget(session.stored, actor ?? 'you', { erased: true });
      if (left !== null) throw new FleetError('unavailable', left);
      return { removed: true };
    },
  };
};
