/** What waits for its turn. */
export interface KeyTurns<T> {
  add(one: T): void;
  /** Calls `draw` between two turns; it calls back when the screen is as the first of them left it. Returns the end of it. */
  drawBetween(draw: (then: () => void) => void): () => void;
}

/** One after the other, each on the screen that the one before it made. `take` gives back what is left of one, or null. */
export const createKeyTurns = <T>(take: (one: T) => T | null): KeyTurns<T> => {
  const waiting: T[] = [];
  let isDrawing = false;
  let draw: ((then: () => void) => void) | null = null;

  const drain = (): void => {
    while (!isDrawing) {
      const next = waiting.shift();
      if (next === undefined) return;

      const rest = take(next);
      if (rest !== null) waiting.unshift(rest);
      if (waiting.length === 0 || draw === null) continue;

      isDrawing = true;
      draw(() => {
        isDrawing = false;
        drain();
      });
    }
  };

  return {
    add: (one) => {
      waiting.push(one);
      drain();
    },
    drawBetween: (between) => {
      draw = between;
      return () => {
        draw = null;
        isDrawing = false;
        waiting.length = 0;
      };
    },
  };
};
