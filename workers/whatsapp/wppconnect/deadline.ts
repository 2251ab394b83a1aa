import { FleetError } from '../../../src/session/fleet-error.ts';

/**
 * The promise's own result, or a `page-hung` error after `ms`. A late rejection is heard here, so that it never counts as
 * unhandled.
 */
export const withDeadline = async <T>(promise: Promise<T>, ms: number, what: string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new FleetError('page-hung', `${what} did not answer within ${Math.round(ms / 100) / 10} s`)),
      ms,
    );
  });
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};
