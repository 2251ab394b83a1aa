import { type WorkerExit, workerExits } from '../../src/protocol/worker-exit.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import type { WorkerCore } from './worker-core.ts';

/** Ends the process after what is in flight; called again, it hurries. Returns at once. */
export type StopWorker = (exit: WorkerExit, why: string) => void;

/** What is in flight gets this long; then Chromium is closed. PM2 kills after 8.5 s. */
const drainWithin: Milliseconds = 4000;
const stopWithin: Milliseconds = 7500;

const closeEverything = async ({ channel, vitals, live }: WorkerCore, drainMs: Milliseconds): Promise<void> => {
  await live.runtime?.drain(drainMs);
  await live.server?.close();
  await channel.flushed(500);
  vitals.close();
  live.host?.close();
};

export const createWorkerStop = (core: WorkerCore): StopWorker => {
  const { log, live } = core;

  return (exit, why) => {
    if (live.isStopping) {
      live.runtime?.hurry();
      return;
    }
    live.isStopping = true;
    log.info('worker stops', { why, exit });

    const exitProcess = (words: string): void => {
      log.info(words, { exit, code: workerExits[exit].code });
      log.close();
      process.exit(workerExits[exit].code);
    };
    // Whatever hangs now: everything that matters is in the store, and Chromium dies with its pipe.
    setTimeout(() => exitProcess('worker stops without waiting any longer'), stopWithin);
    clearInterval(live.heartbeat);

    closeEverything(core, exit === 'crashed' || exit === 'fenced' ? 0 : drainWithin).then(
      () => exitProcess('worker stopped'),
      (error: unknown) => {
        log.error('worker did not stop well', { error });
        exitProcess('worker stopped');
      },
    );
  };
};
