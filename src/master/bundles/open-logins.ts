import type { WithClosedProfile } from '../../backup/backup-options.ts';
import { whenUnlocked } from '../../backup/create-backup.ts';
import { restoreHalfSwapped } from '../../bundles/swap-login.ts';
import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import { endsWithin } from '../../pace/deadline.ts';
import { createQueue } from '../../pace/queue.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';
import { openLoginBucket } from '../../store/replica/login-bucket.ts';
import { type OpenBelongings, openBelongings } from './belongings/open-belongings.ts';
import { createBringing } from './bring-login.ts';
import type { BundleSetup } from './bundle-setup.ts';
import { createDueBundles, type DueTiming } from './due-bundles.ts';
import { createForgetJob, forgetLogin } from './forget-job.ts';
import type { LoginTravel } from './login-travel.ts';
import { dropOrphans, type LoginWork } from './login-work.ts';
import { makeBundle } from './make-bundle.ts';
import { createPushJob } from './push-job.ts';
import { tellMissing } from './stays-behind.ts';
import { watchLogins } from './watch-logins.ts';

/** Everything that travels: loaded only where Supabase and the group's key are set. */
export interface OpenLogins {
  readonly work: LoginWork;
  /** What travels beside the login. */
  readonly belongings: OpenBelongings;
  readonly travel: LoginTravel;
  /** Makes bundles by itself from now on. */
  begin(options: {
    readonly withClosedProfile: WithClosedProfile;
    readonly waitingOf: (session: ManagedSession) => number;
    readonly timing: DueTiming;
    readonly belongings: Parameters<OpenBelongings['begin']>[0];
  }): void;
  close(): Promise<void>;
}

/** A stop waits so long for its bundle; then others may start the session, with the bundle before, and the upload goes on. */
const keepWithin: Milliseconds = 120_000;
/** A person waits for the answer. */
const forgetWithin: Milliseconds = 8000;

/** Before its lease is given back: whoever starts it elsewhere has login, tools and files as they were left here. */
const createKeeping = (work: LoginWork, belongings: OpenBelongings) => {
  const under = new Map<string, AbortController>();

  const keepLogin = async (session: ManagedSession, epoch: number, signal: AbortSignal): Promise<void> => {
    const job = await makeBundle(work, session, epoch, {
      withClosedProfile: whenUnlocked(work.paths),
      signal,
      actor: 'master',
    });
    const { promise: aborted, resolve } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => resolve(), { once: true });
    await endsWithin(Promise.race([work.jobs.ended(job), aborted]), keepWithin);
  };

  const tryLogin = async (session: ManagedSession, epoch: number, signal: AbortSignal): Promise<void> => {
    const { id, name, phone } = session.stored;
    if (phone === null) return;
    try {
      await keepLogin(session, epoch, signal);
    } catch (error) {
      if (signal.aborted || work.ending.aborted) return;
      const text = messageOf(error);
      work.log.warn('a login bundle was not made at the stop', { session: name, error: text });
      work.store.loginBundles.change(id, { problem: { at: work.now(), text } });
    }
  };

  const tryBelongings = async (session: ManagedSession, epoch: number, signal: AbortSignal): Promise<void> => {
    const { id, name } = session.stored;
    try {
      const why = await belongings.keep(session, epoch, AbortSignal.any([signal, work.ending]), keepWithin);
      if (why === null || session.removed) return;
      work.log.warn('tools and files were not taken to Supabase Storage at the stop', { session: name, error: why });
      work.store.belongings.change(id, { problem: { at: work.now(), text: why } });
    } catch (error) {
      // It is wanted here again, or the master ends: the upload goes on.
      if (!signal.aborted && !work.ending.aborted) throw error;
    }
  };

  return {
    keep: async (session: ManagedSession): Promise<void> => {
      const { id, name } = session.stored;
      const epoch = work.epochOf(session);
      if (epoch === null || session.removed) return;
      const abort = new AbortController();
      under.set(id, abort);
      try {
        await Promise.all([tryLogin(session, epoch, abort.signal), tryBelongings(session, epoch, abort.signal)]);
      } catch (error) {
        work.log.error('a stop was not kept', { session: name, error: messageOf(error) });
      } finally {
        under.delete(id);
      }
    },
    stop: (id: string): void => under.get(id)?.abort(),
    stopAll: (): void => {
      for (const abort of under.values()) abort.abort();
    },
  };
};

const createForgetting =
  (work: LoginWork, belongings: OpenBelongings): LoginTravel['forget'] =>
  async (session, actor, { erased } = { erased: false }) => {
    try {
      const jobs = [forgetLogin(work, session, actor), ...(erased ? [belongings.forget(session, actor)] : [])];
      if (await endsWithin(Promise.all(jobs.map((one) => work.jobs.ended(one))), forgetWithin)) return null;
      return 'its login bundles in Supabase Storage are not removed yet. It is tried again by itself until they are.';
    } catch (error) {
      return `its login bundles in Supabase Storage are not removed yet: ${messageOf(error)}`;
    }
  };

export const openLogins = (
  setup: Extract<BundleSetup, { ready: true }>,
  options: Omit<LoginWork, 'bucket' | 'groupKey' | 'inTurn' | 'packInTurn' | 'unpackInTurn' | 'ending'>,
): OpenLogins => {
  const ending = new AbortController();
  const work: LoginWork = {
    ...options,
    bucket: openLoginBucket({ url: setup.url, key: setup.key }),
    groupKey: setup.groupKey,
    inTurn: createQueue().run,
    packInTurn: createQueue().run,
    unpackInTurn: createQueue().run,
    ending: ending.signal,
  };
  const { paths, jobs, store, log } = work;
  for (const name of restoreHalfSwapped(paths))
    log.warn('a login was put back that was left aside by a master that died', { session: name });
  const open = store.jobs.open().filter(({ kind }) => kind === 'bundle-push' || kind === 'belongings-push');
  dropOrphans(paths, new Set(open.map(({ args }) => String(args['file']))));
  jobs.serve(createPushJob(work));
  jobs.serve(createForgetJob(work));

  const belongings = openBelongings(work);
  const bringLogin = createBringing(work);
  const bring: LoginTravel['bring'] = async (session, epoch) => {
    const before = belongings.standing(session);
    const [{ why, had }] = await Promise.all([bringLogin(session, epoch), belongings.bring(session, epoch, before)]);
    // What is still to come is told of already.
    if (had !== null && !belongings.isMissing(session)) tellMissing(work, session, had);
    return why;
  };
  const keeping = createKeeping(work, belongings);
  const unwatch = watchLogins(work);
  let due: ReturnType<typeof createDueBundles> | null = null;

  return {
    work,
    belongings,
    travel: {
      bring,
      keep: keeping.keep,
      arrived: (session) => void belongings.bringNow(session),
      wanted: ({ stored }) => keeping.stop(stored.id),
      end: keeping.stopAll,
      forget: createForgetting(work, belongings),
    },
    begin: (given) => {
      due = createDueBundles(work, given);
      due.begin();
      belongings.begin(given.belongings);
    },
    close: async () => {
      unwatch();
      ending.abort();
      work.bucket.close();
      await due?.close();
      await belongings.close();
    },
  };
};
