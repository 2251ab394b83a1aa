import type { Milliseconds } from '../../../src/session/units.ts';
import type { Clock } from './clock.ts';

/** How one chat's runner waits. A kick that comes while it works is not lost: the next soft wait ends at once. */
export interface Rest {
  /** Until `ms` are over, or a kick, or the stop; null: no time limit. */
  soft(ms: Milliseconds | null): Promise<void>;
  /** Until `ms` are over or the stop. */
  hard(ms: Milliseconds): Promise<void>;
  kick(): void;
  stop(): void;
}

export const createRest = (clock: Clock): Rest => {
  let isKicked = false;
  let isStopped = false;
  let endSoft: (() => void) | null = null;
  let endHard: (() => void) | null = null;
  const wait = (ms: Milliseconds | null, hold: (end: (() => void) | null) => void): Promise<void> =>
    new Promise((resolve) => {
      let cancel = (): void => undefined;
      const end = (): void => {
        cancel();
        hold(null);
        resolve();
      };
      hold(end);
      if (ms !== null) cancel = clock.after(Math.max(0, ms), end);
    });
  return {
    soft: async (ms) => {
      if (isKicked || isStopped) {
        isKicked = false;
        return;
      }
      await wait(ms, (end) => {
        endSoft = end;
      });
      isKicked = false;
    },
    hard: async (ms) => {
      if (isStopped || ms <= 0) return;
      await wait(ms, (end) => {
        endHard = end;
      });
    },
    kick: () => {
      isKicked = true;
      endSoft?.();
    },
    stop: () => {
      isStopped = true;
      endSoft?.();
      endHard?.();
    },
  };
};
