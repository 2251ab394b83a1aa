import type { StoreFault } from '../session/store-trouble.ts';

/** Faults of the store as they are met, for whoever asks to hear of them; what came before somebody asked is not lost. */
export interface StoreFaults {
  report(fault: StoreFault): void;
  /** How many there were; two looks with the same number had none between them. */
  count(): number;
  /** One listener; it is called from within the statement that failed, and must not touch the store. */
  listen(listener: (fault: StoreFault) => void): void;
}

export const createStoreFaults = (): StoreFaults => {
  let listener: ((fault: StoreFault) => void) | null = null;
  let early: StoreFault | null = null;
  let met = 0;

  return {
    report: (fault) => {
      met += 1;
      if (listener === null) early ??= fault;
      else listener(fault);
    },
    count: () => met,
    listen: (next) => {
      listener = next;
      if (early !== null) next(early);
      early = null;
    },
  };
};
