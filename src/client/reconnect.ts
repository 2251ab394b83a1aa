import { plainBackoff } from '../pace/backoff.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import type { OpenResult } from './open-way.ts';

/** The way back to a master that went away: tried again and again, and after a while another one is started. */
export interface Reconnect {
  /** Tries soon, when it does not already. */
  begin(): void;
  close(): void;
}

/** Pauses between tries; `refusedMs`: after one that a person has to do something about. */
export interface Retries {
  readonly firstMs: Milliseconds;
  readonly maxMs: Milliseconds;
  readonly refusedMs?: Milliseconds;
}

const ownRetries: Retries = { firstMs: 100, maxMs: 2000 };
/** PM2 starts a killed master within a second or two; only when that does not happen a new one is launched. */
const relaunchAfter: Milliseconds = 6000;

export const createReconnect = (options: {
  readonly retries?: Retries;
  readonly open: () => Promise<OpenResult>;
  readonly lostSince: () => EpochMs;
  /** Null: this client starts no master. */
  readonly relaunch: (() => Promise<unknown>) | null;
  /** Whether whoever stopped the master wanted it to stay away. */
  readonly isStoppedOnPurpose: () => boolean;
  readonly onRelaunchFailed: (error: unknown) => void;
}): Reconnect => {
  const retries = options.retries ?? ownRetries;
  let retry: NodeJS.Timeout | null = null;
  let relaunching = false;
  let closed = false;

  const relaunchWhenDue = async (): Promise<void> => {
    if (options.relaunch === null || relaunching || options.isStoppedOnPurpose()) return;
    if (Date.now() - options.lostSince() <= relaunchAfter) return;

    relaunching = true;
    try {
      await options.relaunch();
    } catch (error) {
      options.onRelaunchFailed(error);
    } finally {
      relaunching = false;
    }
  };

  const tryAgain = async (failures: number): Promise<void> => {
    if (closed) return;
    const result = await options.open();
    if (result === 'open' || closed) return;

    if (result === 'nobody') await relaunchWhenDue();
    schedule(failures + 1, typeof result === 'object');
  };

  const schedule = (failures: number, refused: boolean): void => {
    if (retry !== null || closed) return;

    const pause = (refused ? retries.refusedMs : undefined) ?? plainBackoff(failures, retries);
    retry = setTimeout(() => {
      retry = null;
      void tryAgain(failures);
    }, pause);
  };

  return {
    begin: () => schedule(0, false),
    close: () => {
      closed = true;
      if (retry !== null) clearTimeout(retry);
    },
  };
};
