import { setTimeout as delay } from 'node:timers/promises';
import type { HomePaths } from '../home/home-paths.ts';
import { isListening } from '../orchestrator/process/reach-socket.ts';
import { messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { readMasterStopped } from './master-files.ts';
import type { MasterWatchdog } from './master-watchdog.ts';

/** Keeps a master running beside PM2: one that hangs is ended, one that stays away is started again. */

const lookEvery: Milliseconds = 1000;
/** PM2 starts a killed master again within a second or two. */
const masterAwayAtMost: Milliseconds = 5000;

export interface KeepOptions {
  readonly paths: HomePaths;
  readonly watchdog: MasterWatchdog;
  /** Ends the keeping. */
  readonly asked: Promise<void>;
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

/** Resolves with `asked` when a signal asks for the end, with `stopped` when somebody stopped the fleet on purpose. */
export const keepRunning = async (options: KeepOptions): Promise<'asked' | 'stopped'> => {
  const { paths, watchdog, asked, print } = options;
  let awaySince: number | null = null;

  for (;;) {
    const isAsked = await Promise.race([asked.then(() => true), delay(lookEvery, false)]);
    if (isAsked) return 'asked';

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
    if (performance.now() - awaySince < masterAwayAtMost) continue;
    await startAgain(options);
    awaySince = null;
  }
};
