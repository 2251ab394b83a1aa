import type { WithClosedProfile } from '../../backup/backup-options.ts';
import { whenUnlocked } from '../../backup/create-backup.ts';
import { restoreHalfSwapped } from '../../bundles/swap-login.ts';
import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import { endsWithin } from '../../pace/deadline.ts';
import { createQueue } from '../../pace/queue.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';
import { openLoginBucket } from '../../store/replica/login-bucket.ts';
import { createBringing } from './bring-login.ts';
import type { BundleSetup } from './bundle-setup.ts';
import { createDueBundles, type DueTiming } from './due-bundles.ts';
import { createForgetJob, dropOwn } from './forget-job.ts';
import type { LoginTravel } from './login-travel.ts';
import { dropOrphans, type LoginWork } from './login-work.ts';
import { makeBundle } from './make-bundle.ts';
import { createPushJob } from './push-job.ts';
import { watchLogins } from './watch-logins.ts';

/** Everything that travels: loaded only where Supabase and the group's key are set. */
export interface OpenLogins {
  readonly work: LoginWork;
  readonly travel: LoginTravel;
  /** Makes bundles by itself from now on. */
  begin(options: {
    readonly withClosedProfile: WithClosedProfile;
    readonly waitingOf: (session: ManagedSession) => number;
    readonly timing: DueTiming;
  }): void;
  close(): Promise<void>;
}

/** A stop waits so long for its bundle; then others may start the session, with the bundle before, and the upload goes on. */
const keepWithin: Milliseconds = 120_000;
/** A person waits for the answer. */
const forgetWithin: Milliseconds = 8000;

/** Before its lease is given back: whoever starts it elsewhere has the login as it was left here. */
const createKeeping = (work: LoginWork) => {
  const under = new Map<string, AbortController>();

  const keep = async (session: ManagedSession, signal: AbortSignal): Promise<void> => {
    const epoch = work.epochOf(session);
    if (epoch === null || session.removed || session.stored.phone === null) return;
    const job = await makeBundle(work, session, epoch, {
      withClosedProfile: whenUnlocked(work.paths),
      signal,
      actor: 'master',
    });
    const { promise: aborted, resolve } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => resolve(), { once: true });
    await endsWithin(Promise.race([work.jobs.ended(job), aborted]), keepWithin);
  };

  return {
    keep: async (session: ManagedSession): Promise<void> => {
      const { id, name } = session.stored;
      const abort = new AbortController();
      under.set(id, abort);
      try {
        await keep(session, abort.signal);
      } catch (error) {
        if (abort.signal.aborted || work.ending.aborted) return;
        const text = messageOf(error);
        work.log.warn('a login bundle was not made at the stop', { session: name, error: text });
        work.store.loginBundles.change(id, { problem: { at: work.now(), text } });
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
  (work: LoginWork): LoginTravel['forget'] =>
  async ({ id, name }, actor) => {
    try {
      dropOwn(work, name);
      work.store.loginBundles.forget(id);
      const job = work.jobs.add({ kind: 'bundle-forget', args: { sessionName: name, before: work.now() }, actor });
      if (await endsWithin(work.jobs.ended(job.id), forgetWithin)) return null;
      return 'its login bundles in Supabase Storage are not removed yet. It is tried again by itself until they are.';
    } catch (error) {
      return `its login bundles in Supabase Storage are not removed yet: ${messageOf(error)}`;
    }
  };

export const openLogins = (
  setup: Extract<BundleSetup, { ready: true }>,
  options: Omit<LoginWork, 'bucket' | 'groupKey' | 'inTurn' | 'ending'>,
): OpenLogins => {
  const ending = new AbortController();
  const work: LoginWork = {
    ...options,
    bucket: openLoginBucket({ url: setup.url, key: setup.key }),
    groupKey: setup.groupKey,
    inTurn: createQueue().run,
    ending: ending.signal,
  };
  const { paths, jobs, store, log } = work;
  for (const name of restoreHalfSwapped(paths))
    log.warn('a login was put back that was left aside by a master that died', { session: name });
  const open = store.jobs.open().filter(({ kind }) => kind === 'bundle-push');
  dropOrphans(paths, new Set(open.map(({ args }) => String(args['file']))));
  jobs.serve(createPushJob(work));
  jobs.serve(createForgetJob(work));

  const keeping = createKeeping(work);
  const unwatch = watchLogins(work);
  let due: ReturnType<typeof createDueBundles> | null = null;

  return {
    work,
    travel: {
      bring: createBringing(work),
      keep: keeping.keep,
      wanted: ({ stored }) => keeping.stop(stored.id),
      end: keeping.stopAll,
      forget: createForgetting(work),
    },
    begin: (given) => {
      due = createDueBundles(work, given);
      due.begin();
    },
    close: async () => {
      unwatch();
      ending.abort();
      work.bucket.close();
      await due?.close();
    },
  };
};
