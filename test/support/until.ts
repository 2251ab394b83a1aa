/** Machines lend their cores to others, for half a minute at times: a deadline ends what hangs, and says nothing of speed. */
const patience = 3;

/**
 * Waits for a condition with a deadline, never for an amount of time. Resolves with the first truthy value that `condition` gives;
 * rejects after `within` ms of a machine that is our own (three times as long at most) with what was waited for and the last error seen.
 */
export const until = async <T>(
  condition: () => T | Promise<T>,
  { within = 10_000, every = 20, what = 'a condition' }: { within?: number; every?: number; what?: string } = {},
): Promise<NonNullable<T>> => {
  const deadline = performance.now() + within * patience;
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
    await new Promise((resolve) => setTimeout(resolve, every));
  }
};
