import { watchLockFile } from '../home/home-mark.ts';
import { masterLock } from '../home/home-paths.ts';
import { type Beat, createBeat } from '../pace/beat.ts';
import { messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import type { MasterEnding } from './master-end.ts';
import type { MasterParts } from './open-parts.ts';

/**
 * Sees that FLEET_HOME went away from under a running fleet: moved, unmounted, covered by another volume. What the master would write
 * from then on nobody would ever read, and at the old path another fleet may begin: so it ends, and the fleet goes on when its home is
 * back. A lock whose file was removed holds nobody off any more: the next master takes it anew.
 */

const lookEvery: Milliseconds = 1000;
const lookWithin: Milliseconds = 5000;
/** One look may fall into the moment of a rename that is taken back at once. */
const looksTaken = 2;

export const createHomeWatch = (
  { paths, home, book, log, logLine }: Pick<MasterParts, 'paths' | 'home' | 'book' | 'log' | 'logLine'>,
  ending: MasterEnding,
): Beat => {
  const lock = watchLockFile(masterLock(paths));
  let losses = 0;
  let lockLosses = 0;

  const leave = (loss: string): void => {
    try {
      // Into the store as it is still open; whoever looks at it when it is back reads why the fleet was away.
      book.record(null, {
        level: 'error',
        kind: 'home-lost',
        text: `FLEET_HOME went away under the fleet (${loss}): it stops and goes on when it is back`,
        evidence: { where: loss },
      });
    } catch (error) {
      log.error('the store does not take an event any more', { error: messageOf(error) });
    }
    ending.ask({ kind: 'home-lost', why: loss });
  };

  const lookForLoss = async (): Promise<void> => {
    const loss = await home.loss();
    losses = loss === null ? 0 : losses + 1;
    if (loss !== null) {
      if (losses >= looksTaken) leave(loss);
      return;
    }

    lockLosses = lock.isInPlace() ? 0 : lockLosses + 1;
    if (lockLosses < looksTaken) return;
    log.warn('the file of the lock was removed: the next master takes it anew', { file: masterLock(paths) });
    ending.ask({ kind: 'hand-over', why: 'the file of its lock was removed or replaced' });
  };

  return createBeat({
    look: lookForLoss,
    everyMs: lookEvery,
    withinMs: lookWithin,
    onProblem: (error) => logLine('warn', 'the home could not be looked at', { error: messageOf(error) }),
  });
};
