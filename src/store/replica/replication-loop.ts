import { plainBackoff } from '../../pace/backoff.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { Edits } from './edits.ts';
import type { Leases } from './leases.ts';
import type { Pusher } from './pusher.ts';
import { asFailure } from './replica-failure.ts';
import type { Standing } from './replica-standing.ts';
import type { ReplicaTiming } from './replica-timing.ts';

export interface LoopOptions {
  readonly pusher: Pusher;
  readonly edits: Edits;
  readonly leases: Leases;
  readonly standing: Standing;
  /** With each look at the edits: what the servers say of themselves, and sessions that nobody runs. */
  readonly onLook: () => Promise<void>;
  readonly timing: ReplicaTiming;
  readonly clock: { readonly now: () => EpochMs; readonly random: () => number };
  /** One at a time with whatever else moves the cursor. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>;
  readonly isElsewhere: (sessionId: string) => boolean;
}

/** Full jitter: servers that lost Supabase together do not come back together. */
const jitteredPause = (
  failures: number,
  asked: Milliseconds | null,
  timing: ReplicaTiming,
  random: () => number,
): Milliseconds => {
  const most = plainBackoff(failures, { firstMs: timing.backoffMinMs, maxMs: timing.backoffMaxMs });
  return Math.max(asked ?? 0, timing.backoffMinMs / 2 + random() * most);
};

/** A pause that somebody may end. */
const createNap = () => {
  let wakeUp: (() => void) | null = null;
  let isOver = false;

  return {
    rest: (ms: Milliseconds): Promise<void> =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          wakeUp = null;
          resolve();
        };
        const timer = setTimeout(done, ms);
        wakeUp = done;
        if (isOver) done();
      }),
    wake: (): void => wakeUp?.(),
    /** No pause lasts any more. */
    end: (): void => {
      isOver = true;
      wakeUp?.();
    },
  };
};

/** The contact with Supabase: the background loop, and the same for a person who waits. */
export const createReplicationLoop = (options: LoopOptions) => {
  const { pusher, edits, leases, standing, timing, clock } = options;
  const { now } = clock;
  const nap = createNap();
  let stopping = false;
  let running: Promise<void> | null = null;
  let greeted = false;
  let polledAt = 0;
  let renewedAt = 0;
  let pollsNow = false;

  const pauseAfter = (failures: number, asked: Milliseconds | null): Milliseconds =>
    jitteredPause(failures, asked, timing, clock.random);

  const greet = async (): Promise<void> => {
    await pusher.hello();
    greeted = true;
  };

  const pollEdits = async (): Promise<void> => {
    pollsNow = false;
    polledAt = now();
    await edits.poll();
    // Taken over by force: it ends here now, not at the next renewal.
    if (leases.held().some(options.isElsewhere)) await leases.renew();
    await options.onLook();
  };

  /** Whether more waits than one batch. */
  const step = async (): Promise<boolean> => {
    const isReturn = !greeted;
    if (isReturn || now() - renewedAt >= timing.renewMs) {
      // Also tells of servers that came meanwhile: from then on our workers end with their leases.
      await pusher.hello();
      renewedAt = now();
      await leases.renew();
    }
    greeted = true;

    if (isReturn || pollsNow || now() - polledAt >= timing.pollMs) await pollEdits();

    const more = await pusher.push();
    standing.well();
    return more;
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!stopping) {
      try {
        const more = await options.exclusive(step);
        failures = 0;
        if (!more) await nap.rest(timing.idleMs);
      } catch (error) {
        if (stopping) return;

        const failure = asFailure(error);
        standing.failed(failure);
        greeted = false;
        await nap.rest(pauseAfter(failures, failure.retryAfterMs));
        failures += 1;
      }
    }
  };

  return {
    greet,
    isRunning: (): boolean => running !== null,
    isStopping: (): boolean => stopping,
    begin: (): void => {
      running ??= run();
    },
    wake: nap.wake,
    /** Something was edited there. */
    pollSoon: (): void => {
      pollsNow = true;
      nap.wake();
    },
    /** Lets the step under way end; none begins any more. */
    stop: (): void => {
      stopping = true;
      nap.end();
    },
    ended: async (): Promise<void> => {
      await running;
    },

    /** For a person who waits: passes short absences, throws what needs a person. */
    insist: async <T>(work: () => Promise<T>): Promise<T> => {
      const giveUpAt = now() + timing.giveUpMs;
      for (let failures = 0; ; failures += 1) {
        try {
          const result = await work();
          standing.well();
          return result;
        } catch (error) {
          if (error instanceof FleetError) throw error;

          const failure = asFailure(error);
          standing.failed(failure);
          greeted = false;
          if (failure.kind === 'refused' || failure.kind === 'row' || stopping || now() > giveUpAt)
            throw new FleetError('unavailable', `${failure.message} Run it again: it goes on where it was.`, {
              cause: error,
            });

          await new Promise((resolve) => setTimeout(resolve, pauseAfter(failures, failure.retryAfterMs)));
        }
      }
    },
  };
};
export type ReplicationLoop = ReturnType<typeof createReplicationLoop>;
