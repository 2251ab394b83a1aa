import type { Milliseconds } from '../../../src/session/units.ts';

/** Timers that end together: nothing of a closed phone runs on. */
export interface Timers {
  /** Runs `work` once; returns the cancel. */
  after(ms: Milliseconds, work: () => void): () => void;
  /** Resolves after `ms`, or at once when all timers end: false then. */
  sleep(ms: Milliseconds): Promise<boolean>;
  clear(): void;
}

export const createTimers = (onError: (error: unknown) => void): Timers => {
  const running = new Set<NodeJS.Timeout>();
  const sleepers = new Set<() => void>();
  let closed = false;
  const timers: Timers = {
    after: (ms, work) => {
      if (closed) return () => undefined;
      const timer = setTimeout(() => {
        running.delete(timer);
        try {
          work();
        } catch (error) {
          onError(error);
        }
      }, ms);
      running.add(timer);
      return () => {
        running.delete(timer);
        clearTimeout(timer);
      };
    },
    sleep: (ms) =>
      new Promise((resolve) => {
        if (closed) {
          resolve(false);
          return;
        }
        const wake = (): void => resolve(false);
        sleepers.add(wake);
        timers.after(ms, () => {
          sleepers.delete(wake);
          resolve(true);
        });
      }),
    clear: () => {
      closed = true;
      for (const timer of running) clearTimeout(timer);
      running.clear();
      for (const wake of sleepers) wake();
      sleepers.clear();
    },
  };
  return timers;
};
