import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type HomePaths, masterLock } from '../home/home-paths.ts';
import { isLocked, type Lock, waitForLock } from '../home/lock.ts';
import { isListening } from '../orchestrator/process/reach-socket.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';

/** The old container of a deployment may still be stopping: it has 10 s for that, Docker's own default. */
const waitAtMost: Milliseconds = 15_000;

/** The right of one supervisor to a fleet's volumes. */
export interface OnlyDaemon {
  release(): void;
  /** Anew, when the volumes were away: what was locked then may be another file now. Throws `refused-by-state`. */
  retake(): Promise<void>;
}

export const daemonLock = (paths: HomePaths): string => join(paths.data, 'daemon.lock');

const takeDaemonLock = async (paths: HomePaths, within: Milliseconds): Promise<Lock> => {
  const deadline = performance.now() + within;
  const refuse = (): never => {
    throw new FleetError(
      'refused-by-state',
      `another zap-fleet runs on these volumes (${paths.data}): two would open the same logins. Stop it first; on Easy Panel switch "Zero Downtime" off.`,
    );
  };
  const lock = (await waitForLock(daemonLock(paths), within)) ?? refuse();
  // A master that we cannot reach although it lives is another container's, or is just coming up.
  while (!(await isListening(paths.socket)) && isLocked(masterLock(paths))) {
    if (performance.now() > deadline) {
      lock.release();
      refuse();
    }
    await delay(200);
  }
  return lock;
};

/**
 * Lets one supervisor at a time have this fleet's volumes, for as long as it holds the lock. Without it a second container would reach
 * the first one's PM2 through the sockets in the shared `.pm2`. Throws `refused-by-state` when another one keeps them.
 */
export const becomeOnlyDaemon = async (paths: HomePaths, within: Milliseconds = waitAtMost): Promise<OnlyDaemon> => {
  let lock = await takeDaemonLock(paths, within);

  return {
    release: () => lock.release(),
    retake: async () => {
      lock.release();
      lock = await takeDaemonLock(paths, within);
    },
  };
};

/** The supervisor (`--daemon`) of a fleet, seen from another process. */
export interface SeenSupervisor {
  /** Whether it has ended within `within`. */
  ends(within: Milliseconds): Promise<boolean>;
}

/** Null when nobody supervises this fleet. Makes no file. */
export const supervisorOf = (paths: HomePaths): SeenSupervisor | null => {
  const file = daemonLock(paths);
  const lives = (): boolean => existsSync(file) && isLocked(file);
  if (!lives()) return null;

  return {
    ends: async (within) => {
      const deadline = performance.now() + within;
      while (lives()) {
        if (performance.now() > deadline) return false;
        await delay(100);
      }
      return true;
    },
  };
};
