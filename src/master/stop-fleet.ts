import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { connectFleet } from '../client/connect-fleet.ts';
import { type HomePaths, masterLock, startLock } from '../home/home-paths.ts';
import { waitForLock } from '../home/lock.ts';
import {
  connectProcessManager,
  masterProcessName,
  rpcSocket,
  workerProcessName,
} from '../orchestrator/process/process-manager.ts';
import { isListening, isMasterThere } from '../orchestrator/process/reach-socket.ts';
import { isProcessAlive } from '../orchestrator/reconcile/take-over.ts';
import { daemonPid } from '../orchestrator/watch/daemon-watch.ts';
import type { Fleet } from '../protocol/door.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { endHomeWaiters } from './await-home.ts';
import { writeMasterStopped } from './master-files.ts';

const isOurs = (name: string): boolean => name === masterProcessName || name.startsWith(workerProcessName(''));

const masterEndsWithin = 20_000;
/** It has said goodbye already. */
const daemonEndsWithin = 5000;

const untilGone = async (pid: number | null): Promise<void> => {
  const deadline = performance.now() + daemonEndsWithin;
  while (pid !== null && isProcessAlive(pid) && performance.now() < deadline) await delay(20);
};

const startLockWithin = 30_000;

/**
 * Stops a fleet whole: every session at the same time (what is wanted stays), the master, and PM2's daemon. Does what is left to do,
 * however far somebody else got. Throws `timeout` or `failed` when something does not end.
 */
export const stopFleet = async (paths: HomePaths, options: { readonly actor?: string } = {}): Promise<void> => {
  endHomeWaiters(paths);
  if (!existsSync(paths.run)) return;
  if (await isMasterThere(paths)) {
    let fleet: Fleet | null = null;
    try {
      fleet = await connectFleet({ paths }, { launch: null });
      await fleet.request('masterStop', {
        sessions: true,
        ...(options.actor === undefined ? {} : { actor: options.actor }),
      });
    } catch (error) {
      // It may be stopping already, also in the moment after it was heard; whether it ended is seen by its lock.
      if (!(error instanceof FleetError) || error.code !== 'unavailable') throw error;
    } finally {
      await fleet?.close();
    }
  }
  const start = await waitForLock(startLock(paths), startLockWithin);
  if (start === null) throw new FleetError('timeout', 'somebody is starting this fleet right now. Try again.');
  try {
    const lock = await waitForLock(masterLock(paths), masterEndsWithin);
    lock?.release();
    // Also of one that was dead already: whoever keeps it running would bring it back.
    writeMasterStopped(paths, true);
    if (!(await isListening(rpcSocket(paths)))) return;
    const pm2 = await connectProcessManager(paths, { mayStartDaemon: false, listeners: null });
    try {
      const names = new Set((await pm2.list()).map((entry) => entry.name).filter(isOurs));
      const ends = await Promise.allSettled([...names].map((name) => pm2.remove(name)));
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed !== undefined) {
        throw new FleetError('failed', `a process could not be ended: ${messageOf(failed.reason)}`);
      }
      // With PM2_HOME set, the daemon may be somebody's own.
      if ((await pm2.list()).length === 0) {
        const daemon = daemonPid(paths);
        await pm2.endDaemon();
        await untilGone(daemon);
      }
    } finally {
      await pm2.close();
    }
  } finally {
    start.release();
  }
};
