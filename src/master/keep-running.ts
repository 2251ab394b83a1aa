import { setTimeout as delay } from 'node:timers/promises';
import { isHomeThere } from '../home/home-mark.ts';
import type { HomePaths } from '../home/home-paths.ts';
import { isListening, isMasterLocked } from '../orchestrator/process/reach-socket.ts';
import { messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { readMasterStopped } from './master-files.ts';
import type { MasterWatchdog } from './master-watchdog.ts';
import type { OnlyDaemon } from './only-daemon.ts';

/** Keeps a master running beside PM2: one that hangs is ended, one that stays away is started again. */

const lookEvery: Milliseconds = 1000;
/** PM2 starts a killed master again within a second or two. */
const masterAwayAtMost: Milliseconds = 5000;

/** Longer than the end of a master with all its sessions, and than its start. */
const masterSilentAtMost: Milliseconds = 30_000;

export interface KeepOptions {
  readonly paths: HomePaths;
  readonly watchdog: MasterWatchdog;
  /** Ends the keeping. */
  readonly asked: Promise<void>;
  readonly only: OnlyDaemon;
  /** Whether it was started by this call. */
  readonly startMaster: () => Promise<boolean>;
  readonly print: (text: string) => void;
}

const startAgain = async ({ startMaster, print }: KeepOptions): Promise<void> => {
  try {
    if (await startMaster()) print('the master was away and was started again');
  } catch (error) {
    // PM2 or the disk may need a moment; a supervisor that ends takes every session with it.
    print(`the master cannot be started: ${messageOf(error)}`);
  }
};

/** The volumes of the fleet, which may go away from under it (moved, unmounted) and come back. */
const createHomeWait = ({ paths, only, print }: KeepOptions) => {
  let away = false;

  return {
    /** Whether there is nothing to keep running. Takes the right to the volumes anew when they are back. Throws `refused-by-state`. */
    isAway: async (): Promise<boolean> => {
      if (!isHomeThere(paths)) {
        if (!away) print(`${paths.home} is not there (moved, or unmounted): the fleet waits until it is back`);
        // Nothing of ours keeps the volume busy.
        only.release();
        away = true;
        return true;
      }

      if (!away) return false;
      try {
        await only.retake();
      } catch (error) {
        // It went away once more.
        if (!isHomeThere(paths)) return true;
        throw error;
      }
      away = false;
      print(`${paths.home} is back`);
      return false;
    },
  };
};

/** Resolves with `asked` when a signal asks for the end, with `stopped` when somebody stopped the fleet on purpose. */
export const keepRunning = async (options: KeepOptions): Promise<'asked' | 'stopped'> => {
  const { paths, watchdog, asked, print } = options;
  const home = createHomeWait(options);
  let awaySince: number | null = null;

  for (;;) {
    const isAsked = await Promise.race([asked.then(() => true), delay(lookEvery, false)]);
    if (isAsked) return 'asked';
    if (await home.isAway()) continue;

    if (await isListening(paths.socket)) {
      awaySince = null;
      const ended = await watchdog.look();
      if (ended !== null) print(`the master (pid ${ended}) did not answer and was ended; PM2 starts the next one`);
      continue;
    }

    if (readMasterStopped(paths)?.sessions === true) {
      print('the fleet was stopped with "master stop"');
      return 'stopped';
    }

    awaySince ??= performance.now();
    // One that holds the fleet without a socket is ending (with all sessions, where that was asked) or coming up.
    const atMost = isMasterLocked(paths) ? masterSilentAtMost : masterAwayAtMost;
    if (performance.now() - awaySince < atMost) continue;
    await startAgain(options);
    awaySince = null;
  }
};
