/** Machines lend their cores to others, for half a minute at times: a deadline ends what hangs, and says nothing of speed. */
const patience = 3;

/** ms between two looks where nobody says it. What was waited for a second may be seen a little later: a look may open a store or ask a database. */
const usually = (waited: number): number => (waited < 1000 ? 20 : 100);

/**
 * Waits for a condition with a deadline, never for an amount of time. Resolves with the first truthy value that `condition` gives;
 * rejects after `within` ms of a machine that is our own (three times as long at most) with what was waited for and the last error seen.
 */
export const until = async <T>(
  condition: () => T | Promise<T>,
  { within = 10_000, every, what = 'a condition' }: { within?: number; every?: number; what?: string } = {},
): Promise<NonNullable<T>> => {
  const begun = performance.now();
  const deadline = begun + within * patience;
  let lastError: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value as NonNullable<T>;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() > deadline)
      throw new Error(`waited ${within * patience} ms in vain for ${what}`, { cause: lastError });
    const pause = every ?? usually(performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
};
