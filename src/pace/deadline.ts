import type { Milliseconds } from '../session/units.ts';

/**
 * The result of `work`, or the error that `late` makes after `withinMs`. A rejection that comes later is heard here, so that it never
 * counts as unhandled.
 */
export const withDeadline = async <T>(work: Promise<T>, withinMs: Milliseconds, late: () => Error): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_done, fail) => {
    timer = setTimeout(() => fail(late()), withinMs);
  });
  work.catch(() => undefined);

  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
};

/** Whether `work` has ended within `withinMs`. Rejects as it does when it fails in time; what it does later is heard and dropped. */
export const endsWithin = async (work: Promise<unknown>, withinMs: Milliseconds): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<false>((done) => {
    timer = setTimeout(() => done(false), withinMs);
  });
  const ended = work.then(() => true);
  ended.catch(() => undefined);

  try {
    return await Promise.race([ended, deadline]);
  } finally {
    clearTimeout(timer);
  }
};
