/** So many calls at once; the others wait for their turn, in the order in which they came. */
export interface CallSlots {
  enter(): Promise<void>;
  leave(): void;
  /** Lets everybody in who waits. */
  openAll(): void;
}

export const createCallSlots = (atOnce: number): CallSlots => {
  const waiting: (() => void)[] = [];
  let running = 0;

  return {
    enter: async () => {
      if (running < atOnce) {
        running += 1;
        return;
      }
      // The place is handed over by the one that leaves.
      await new Promise<void>((resolve) => waiting.push(resolve));
    },
    leave: () => {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    },
    openAll: () => {
      while (waiting.length > 0) waiting.shift()?.();
    },
  };
};
