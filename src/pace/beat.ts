import { FleetError } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { endsWithin } from './deadline.ts';

/** Something that is looked at again and again, never twice at the same time. */
export interface Beat {
  /** One look now, or the one that is under way. Settles with it, at the latest at its deadline; never rejects. */
  look(): Promise<void>;
  /** Looks on its own from now on. */
  begin(): void;
  /** No look begins any more; waits for the one under way, at most until its deadline. */
  close(): Promise<void>;
}

export interface BeatOptions {
  /** What a look does; one that does not wait has done it when `Beat.look` returns. */
  readonly look: () => Promise<void> | void;
  readonly everyMs: Milliseconds;
  /** After `begin`: 0 at once; `everyMs` when left out. */
  readonly firstMs?: Milliseconds;
  /** One look, ms. A late one is told once and not waited for any more, and still no other begins before it has ended. */
  readonly withinMs: Milliseconds;
  /** Told of a look that failed or is late. */
  readonly onProblem: (error: unknown) => void;
  /** Does not keep the process alive. */
  readonly unref?: boolean;
}

export const createBeat = (options: BeatOptions): Beat => {
  const { everyMs, withinMs, onProblem } = options;
  let first: NodeJS.Timeout | null = null;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  /** Until the look has ended, however late. */
  let looking = false;
  /** Until the look has ended or is late. */
  let waited: Promise<void> = Promise.resolve();

  const attend = async (work: Promise<void>): Promise<void> => {
    const ended = work.catch(onProblem).finally(() => {
      looking = false;
    });

    if (!(await endsWithin(ended, withinMs)))
      onProblem(new FleetError('timeout', `it has not ended within ${withinMs / 1000} s`));
  };

  const look = (): Promise<void> => {
    if (looking || closed) return waited;

    try {
      const work = options.look();
      if (work === undefined) return waited;

      looking = true;
      waited = attend(work);
    } catch (error) {
      onProblem(error);
    }
    return waited;
  };

  const keep = (given: NodeJS.Timeout): NodeJS.Timeout => (options.unref === true ? given.unref() : given);

  const repeat = (): void => {
    void look();
    // A look may close its own beat.
    if (!closed) timer = keep(setInterval(() => void look(), everyMs));
  };

  return {
    look,
    begin: () => {
      if (closed || first !== null || timer !== null) return;

      const { firstMs = everyMs } = options;
      if (firstMs === 0) repeat();
      else first = keep(setTimeout(repeat, firstMs));
    },
    close: async () => {
      closed = true;
      if (first !== null) clearTimeout(first);
      if (timer !== null) clearInterval(timer);
      await waited;
    },
  };
};
