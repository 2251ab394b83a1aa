import { setTimeout as delay } from 'node:timers/promises';
import type { Milliseconds } from '../../session/units.ts';

/** Somebody reads or writes for a moment nearly always; longer than this in a row, only a long reader does. */
const emptyWithin: Milliseconds = 60_000;
const retryEvery: Milliseconds = 100;

/**
 * Takes the old pages of erased rows out of the write-ahead log (deleted rows are overwritten in the database itself: secure_delete, see
 * database.ts). Never waits for others while it holds the loop. False: somebody read all the time, and it is emptied later by itself.
 */
export const emptyLog = async (
  { checkpoint }: { readonly checkpoint: (how: 'passive' | 'truncate') => Promise<boolean> | boolean },
  signal?: AbortSignal,
): Promise<boolean> => {
  const giveUpAt = performance.now() + emptyWithin;
  for (;;) {
    signal?.throwIfAborted();
    // First what can be moved beside readers and writers: what is left for the moment in which all are kept out is little.
    await checkpoint('passive');
    if (await checkpoint('truncate')) return true;
    if (performance.now() > giveUpAt) return false;
    await delay(retryEvery);
  }
};
