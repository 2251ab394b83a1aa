import { bundleId, bundlesIn, bytesOf, isWhole } from '../../bundles/bundle-name.ts';
import type { MethodsOf } from '../../orchestrator/door/handlers.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { BundleLine } from '../../session/records.ts';
import { BucketFailure } from '../../store/replica/bucket-failure.ts';
import type { MasterParts } from '../open-parts.ts';
import { whileClosed } from '../while-closed.ts';
import { fetchLogin } from './bring-login.ts';
import { type LoginWork, usableBundles } from './login-work.ts';
import { makeBundle } from './make-bundle.ts';
import { pushResultSchema } from './push-job.ts';

/** What a person asks of bundles, where logins travel. */
export type BundleMethods = MethodsOf<'bundles' | 'bundlePush' | 'bundleFetch' | 'bundleSkip' | 'bundleRemove'>;

/** A failure of Storage as the door tells it: what passes by itself, and what a person has to mend. */
const atDoor = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof BucketFailure)) throw error;
    throw new FleetError(error.kind === 'away' ? 'unavailable' : 'failed', error.message, { cause: error });
  }
};

export const createBundleMethods = (parts: MasterParts, work: LoginWork): BundleMethods => {
  const { book, jobs, now, orchestrator, replica, store, travel } = parts;

  const linesOf = async (names: readonly string[]): Promise<readonly BundleLine[]> => {
    const lines: BundleLine[] = [];
    for (const name of names) {
      const session = book.get(name).stored;
      const known = store.loginBundles.get(session.id);
      for (const bundle of bundlesIn(session.name, await atDoor(work.bucket.list(session.name))))
        lines.push({
          session: name,
          id: bundleId(bundle),
          epoch: bundle.epoch,
          madeAt: bundle.madeAt,
          bytes: bytesOf(bundle),
          whole: isWhole(bundle),
          madeHere: known?.made?.epoch === bundle.epoch,
        });
    }
    return lines;
  };

  return {
    bundles: async ({ name }) => {
      const names =
        name === undefined ? book.all().map(({ stored }) => stored.name as string) : [book.get(name).stored.name];
      const login = name === undefined ? null : store.loginBundles.get(book.get(name).stored.id);
      return { configured: true, problem: null, bundles: await linesOf(names), login };
    },

    bundlePush: async ({ name, actor }) => {
      const session = book.get(name);
      const epoch = work.epochOf(session) ?? store.loginBundles.get(session.stored.id)?.epoch ?? null;
      if (replica.nodeOf(session) !== null || epoch === null)
        throw new FleetError(
          'refused-by-state',
          `${name} did not run here last: its login is taken from where it did. Start it here first, or push it there.`,
        );
      const job = await makeBundle(work, session, epoch, {
        withClosedProfile: whileClosed(parts),
        signal: work.ending,
        actor: actor ?? 'you',
      });
      const { failed } = pushResultSchema.parse(await jobs.ended(job));
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
          await fetchLogin(work, session, newest);
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
      book.record(session, {
        level: 'warn',
        kind: 'bundle-skipped',
        text: 'its next start uses the login that is here, whatever lies in Supabase Storage',
        actor: actor ?? 'you',
      });
      return { skipped: true };
    },

    bundleRemove: async ({ name, actor }) => {
      const session = book.get(name);
      const left = await travel.forget(session.stored, actor ?? 'you');
      if (left !== null) throw new FleetError('unavailable', left);
      return { removed: true };
    },
  };
};
