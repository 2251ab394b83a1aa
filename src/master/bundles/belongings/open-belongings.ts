import type { ManagedSession } from '../../../orchestrator/state/managed-session.ts';
import { endsWithin } from '../../../pace/deadline.ts';
import { type BelongingName, belongingNames } from '../../../session/belongings.ts';
import { messageOf } from '../../../session/fleet-error.ts';
import { parseSessionName } from '../../../session/session-name.ts';
import type { Milliseconds } from '../../../session/units.ts';
import { dropSealed, type LoginWork } from '../login-work.ts';
import { lastLease } from './belonging-looks.ts';
import { bringNewer } from './bring-belongings.ts';
import { keepBelongings } from './keep-belongings.ts';
import { createBelongingsForget, createBelongingsPush } from './push-belongings.ts';
import { undoBelongings } from './undo-belongings.ts';
import { createBelongingsWatch, type WatchTiming } from './watch-belongings.ts';

/** What a bot has in its hands besides its login, as it follows its session from server to server. */
export interface OpenBelongings {
  /** What `bring` needs to know, asked before the login is brought: that changes it. */
  standing(session: ManagedSession): BelongingsBefore;
  /** The lease of this epoch was won. Resolves when all that is newer is here, or is not waited for any more; never rejects. */
  bring(session: ManagedSession, epoch: number, before: BelongingsBefore): Promise<void>;
  /** All that is newer, because a person asks. Never rejects. */
  bringNow(session: ManagedSession): Promise<void>;
  /** As `keepBelongings`; nothing is brought any more. */
  keep(session: ManagedSession, epoch: number, signal: AbortSignal, withinMs: Milliseconds): Promise<string | null>;
  undo(session: ManagedSession, actor: string): Promise<readonly BelongingName[]>;
  /** What is here counts, whatever lies in Storage. */
  skip(session: ManagedSession): void;
  /** They are erased with their session; the number of the job that removes their bundles. */
  forget(session: { readonly id: string; readonly name: string }, actor: string): number;
  /** Whether something newer could not be had. */
  isMissing(session: ManagedSession): boolean;
  begin(options: {
    readonly timing: WatchTiming;
    /** Its worker looks at what it has again. */
    readonly wake: (session: ManagedSession) => Promise<void>;
  }): void;
  close(): Promise<void>;
}

export interface BelongingsBefore {
  /** Under which they were last in use here. */
  readonly lease: number | null;
  /** A person said that what is here is to be used. */
  readonly skip: boolean;
}

/** Below every epoch: no lease follows it. */
const neverAsked = -1;

/** A session starts so late for what it has in its hands, and no later: its customers wait. */
const startWithin: Milliseconds = 20_000;

export const openBelongings = (work: LoginWork): OpenBelongings => {
  const { store, book, jobs, log, paths } = work;
  jobs.serve(createBelongingsPush(work));
  jobs.serve(createBelongingsForget(work));
  const under = new Map<string, { readonly abort: AbortController; readonly ended: Promise<void> }>();
  let wake: (session: ManagedSession) => Promise<void> = async () => undefined;
  let watch: ReturnType<typeof createBelongingsWatch> | null = null;

  const isMissing = ({ stored }: ManagedSession): boolean =>
    Object.values(store.belongings.get(stored.id)?.kinds ?? {}).some(({ missing }) => missing !== null);

  const skip = ({ stored }: ManagedSession): void => {
    for (const what of belongingNames)
      if ((store.belongings.get(stored.id)?.kinds[what]?.missing ?? null) !== null)
        store.belongings.changeKind(stored.id, what, { missing: null });
  };

  /** One after the other of a session. Never rejects; whether it came to its end. */
  const bringWith = (session: ManagedSession, lease: number | null): Promise<boolean> => {
    const { id, name } = session.stored;
    const before = under.get(id)?.ended;
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, work.ending]);
    const run = async (): Promise<boolean> => {
      await before;
      try {
        await bringNewer({ work, session, signal, onPut: (one) => wake(one) }, lease);
        return true;
      } catch (error) {
        if (!signal.aborted)
          log.error('tools and files could not be brought', { session: name, error: messageOf(error) });
        return false;
      } finally {
        if (under.get(id)?.abort === abort) under.delete(id);
      }
    };
    const running = run();
    under.set(id, { abort, ended: running.then(() => undefined) });
    return running;
  };

  const stopBringing = async (id: string): Promise<void> => {
    const one = under.get(id);
    one?.abort.abort(new Error('it is not wanted here any more'));
    await one?.ended;
  };

  return {
    isMissing,
    skip,
    standing: ({ stored }) => ({
      lease: lastLease(work, stored.id),
      skip: store.loginBundles.get(stored.id)?.skip === true,
    }),

    bring: async (session, epoch, before) => {
      const { id } = session.stored;
      try {
        if (before.skip) skip(session);
        // Each lease that is taken has the next epoch: one between says that another server had it.
        const isMine = before.lease !== null && epoch - before.lease <= 1 && !isMissing(session);
        if (session.worker !== null || isMine || before.skip) {
          store.belongings.change(id, { lease: epoch });
          return;
        }

        // The login's epoch says nothing of these: a master that dies before they are here leaves a mark that they were not asked for.
        store.belongings.change(id, { lease: before.lease ?? neverAsked });
        const brought = bringWith(session, before.lease).then((isDone) => {
          // One that was cut off is asked for again by whoever starts it next.
          if (isDone) store.belongings.change(id, { lease: epoch });
        });
        if (await endsWithin(brought, work.startWithinMs ?? startWithin)) return;
        book.record(session, {
          level: 'warn',
          kind: 'belongings-late',
          text: 'what another server has newer of its tools and files is still being fetched: it starts with those that are here',
        });
      } catch (error) {
        log.error('tools and files could not be brought', { session: session.stored.name, error: messageOf(error) });
      }
    },

    bringNow: async (session) => {
      await bringWith(session, lastLease(work, session.stored.id));
    },

    keep: async (session, epoch, signal, withinMs) => {
      await stopBringing(session.stored.id);
      return keepBelongings(work, session, epoch, { signal, withinMs, actor: 'master' });
    },

    undo: async (session, actor) => {
      await under.get(session.stored.id)?.ended;
      const done = await undoBelongings(work, session, actor);
      if (session.worker !== null) await wake(session);
      return done;
    },

    forget: (session, actor) => {
      const { id, name } = session;
      void stopBringing(id);
      dropSealed(paths, parseSessionName(name), null);
      store.belongings.forget(id);
      return jobs.add({ kind: 'belongings-forget', args: { sessionName: name, before: work.now() }, actor }).id;
    },

    begin: (options) => {
      wake = options.wake;
      watch = createBelongingsWatch(work, {
        timing: options.timing,
        isBusy: (id) => under.has(id),
        bringAgain: async (session, lease) => void (await bringWith(session, lease)),
      });
      watch.begin();
    },

    close: async () => {
      await watch?.close();
      await Promise.all([...under.values()].map(({ ended }) => ended));
    },
  };
};
