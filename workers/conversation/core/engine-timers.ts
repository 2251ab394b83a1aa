import { messageOf } from '../../../src/session/fleet-error.ts';
import type { Milliseconds } from '../../../src/session/units.ts';
import type { EngineOptions } from './engine-types.ts';

/** Everything that an engine does later; all of it ends with the engine. */
export interface EngineTimers {
  /** An error of the store is logged and the next poll tries again. */
  later(ms: Milliseconds, work: () => void): void;
  /** Resolves after `ms`; never, once the timers are closed. */
  pause(ms: Milliseconds): Promise<void>;
  close(): void;
}

export const createEngineTimers = ({ clock, log }: Pick<EngineOptions, 'clock' | 'log'>): EngineTimers => {
  const cancels = new Set<() => void>();
  let isClosed = false;

  const later = (ms: Milliseconds, work: () => void): void => {
    if (isClosed) return;
    const cancel = clock.after(ms, () => {
      cancels.delete(cancel);
      try {
        work();
      } catch (error) {
        log.error('the pipeline could not look at the store; tried again', { error: messageOf(error) });
      }
    });
    cancels.add(cancel);
  };

  return {
    later,
    pause: (ms) => new Promise((resolve) => later(ms, resolve)),
    close: () => {
      isClosed = true;
      for (const cancel of cancels) cancel();
      cancels.clear();
    },
  };
};
