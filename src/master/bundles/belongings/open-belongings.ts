import type { ManagedSession } from '../../../orchestrator/state/managed-session.ts';
import { endsWithin } from '../../../pace/deadline.ts';
import { type BelongingName, belongingNames } from '../../../session/belongings.ts';
import { messageOf } from '../../../session/fleet-error.ts';
import type { Milliseconds } from '../../../session/units.ts';
import { createBelongingsForget, forgetBelongings } from '../forget-job.ts';
import type { LoginWork } from '../login-work.ts';
import { lastLease } from './belonging-looks.ts';
import { createBringing } from './bringing.ts';
import { keepBelongings } from './keep-belongings.ts';
import { createBelongingsPush } from './push-belongings.ts';
import { undoBelongings } from './undo-belongings.ts';
import { type BelongingsWatch, createBelongingsWatch, type WatchTiming } from './watch-belongings.ts';

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

/** A session starts so late for what it has in its hands, and no later: its customers wait. */
const startWithin: Milliseconds = 20_000;

export const openBelongings = (work: LoginWork): OpenBelongings => {
  const { store, book, jobs, log } = work;
  jobs.serve(createBelongingsPush(work));
  jobs.serve(createBelongingsForget(work));
  let wake: (session: ManagedSession) => Promise<void> = async () => undefined;
  let watch: BelongingsWatch | null = null;

  const isMissing = ({ stored }: ManagedSession): boolean =>
    Object.values(store.belongings.get(stored.id)?.kinds ?? {}).some(({ missing }) => missing !== null);

  const skip = ({ stored }: ManagedSession): void => {
    for (const what of belongingNames)
      if ((store.belongings.get(stored.id)?.kinds[what]?.missing ?? null) !== null)
        store.belongings.changeKind(stored.id, what, { missing: null });
    if (store.belongings.get(stored.id)?.isAsking === true) store.belongings.change(stored.id, { isAsking: false });
  };

  const bringing = createBringing(work, (one) => wake(one));

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
        // Each lease that is taken has the next epoch: one between says that another server had it, and an earlier one that they begin anew.
        const isAsking = store.belongings.get(id)?.isAsking === true;
        const isNext = before.lease !== null && epoch >= before.lease && epoch - before.lease <= 1;
        const isMine = isNext && !isMissing(session) && !isAsking;
        // The watch goes on with what the master before did not finish.
        if (session.worker !== null && isAsking) return;
        if (session.worker !== null || isMine || before.skip) {
          store.belongings.change(id, { lease: epoch, isAsking: false });
          return;
        }

        // A master that dies before they are here leaves a mark: they are asked for again.
        store.belongings.change(id, { isAsking: true, lease: before.lease });
        watch?.took(id);
        const brought = bringing.start(session, before.lease).then((isDone) => {
          // One that was cut off is asked for again by whoever starts it next.
          if (isDone) store.belongings.change(id, { lease: epoch, isAsking: false });
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
      await bringing.start(session, lastLease(work, session.stored.id));
    },

    keep: async (session, epoch, signal, withinMs) => {
      await bringing.stop(session.stored.id);
      return keepBelongings(work, session, epoch, { signal, withinMs, actor: 'master' });
    },

    undo: async (session, actor) => {
      await bringing.ended(session.stored.id);
      const done = await undoBelongings(work, session, actor);
      if (session.worker !== null) await wake(session);
      return done;
    },

    forget: (session, actor) => {
      void bringing.stop(session.id);
      return forgetBelongings(work, session, actor);
    },

    begin: (options) => {
      wake = options.wake;
      watch = createBelongingsWatch(work, {
        timing: options.timing,
        isBusy: bringing.isBusy,
        bringAgain: async (session, lease) => {
          const epoch = work.epochOf(session);
          if (await bringing.start(session, lease))
            store.belongings.change(session.stored.id, { lease: epoch, isAsking: false });
        },
      });
      watch.begin();
    },

    close: async () => {
      await watch?.close();
      await bringing.allEnded();
    },
  };
};
