import { type HomeMark, markHome } from '../../src/home/home-mark.ts';
import type { HomePaths } from '../../src/home/home-paths.ts';
import type { Logger } from '../../src/log/logger.ts';
import { createBeat } from '../../src/pace/beat.ts';
import type { Milliseconds } from '../../src/session/units.ts';

/**
 * Ends this process the hard way when FLEET_HOME goes away from under it (moved, unmounted): what it would store from then on nobody
 * reads, and a browser makes its profile anew at the old path. Whatever is in flight is in the store, as when a process is killed.
 */
export interface HomeWatch {
  begin(): void;
  /** Looks now; does not return when the home is gone. */
  look(): Promise<void>;
  close(): void;
}

const lookEvery: Milliseconds = 1000;
const lookWithin: Milliseconds = 5000;
/** One look may fall into the moment of a rename that is taken back at once. */
const looksTaken = 2;

export const watchHome = (options: {
  readonly paths: HomePaths;
  readonly log: Logger;
  /** Told in words before the end. */
  readonly onLost?: (why: string) => void;
  /** Default: the end of this process, in which nothing more is written. SQLite and browsers would remove and make files at the old path. */
  readonly end?: () => void;
}): HomeWatch => {
  const { paths, log } = options;
  const end = options.end ?? (() => process.kill(process.pid, 'SIGKILL'));
  const mark: HomeMark = markHome(paths);
  let losses = 0;

  const lookForLoss = async (): Promise<void> => {
    const loss = await mark.loss();
    losses = loss === null ? 0 : losses + 1;
    if (loss === null || losses < looksTaken) return;

    log.error('FLEET_HOME is not at its place any more: the worker ends, nothing is taken in', { why: loss });
    options.onLost?.(loss);
    end();
  };

  const beat = createBeat({
    look: lookForLoss,
    everyMs: lookEvery,
    withinMs: lookWithin,
    onProblem: (error) => log.warn('the home could not be looked at', { error }),
    unref: true,
  });

  return {
    begin: beat.begin,
    look: async () => {
      // Two looks: the first of them may have been in the beat.
      for (let looks = 0; looks < looksTaken; looks += 1) await beat.look();
    },
    close: () => {
      void beat.close();
      mark.close();
    },
  };
};
