import { type Backoff, backoffDelay } from '../../pace/backoff.ts';
import type { Milliseconds } from '../../session/units.ts';

/** Jobs that failed and wait for their next try, each a little longer than the last time. */
export interface JobRetries {
  isPausing(id: number): boolean;
  /** Calls back when it is time; how long that is. */
  pause(id: number, whenOver: () => void): Milliseconds;
  /** It is done: should it ever fail again, it begins anew. */
  forget(id: number): void;
  /** Nobody is called any more. */
  close(): void;
}

export const createRetries = (backoff: Backoff, random: () => number): JobRetries => {
  const pausing = new Map<number, NodeJS.Timeout>();
  const failures = new Map<number, number>();

  return {
    isPausing: (id) => pausing.has(id),
    pause: (id, whenOver) => {
      const count = failures.get(id) ?? 0;
      failures.set(id, count + 1);
      const pause = backoffDelay(count, backoff, random);

      const timer = setTimeout(() => {
        pausing.delete(id);
        whenOver();
      }, pause);
      pausing.set(id, timer.unref());
      return pause;
    },
    forget: (id) => void failures.delete(id),
    close: () => {
      for (const timer of pausing.values()) clearTimeout(timer);
      pausing.clear();
    },
  };
};
