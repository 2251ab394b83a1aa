import { readFileSync } from 'node:fs';
import process from 'node:process';
import { type HomePaths, homePaths } from '../home/home-paths.ts';
import { isOwnDaemon } from '../orchestrator/watch/daemon-watch.ts';
import { endsWithin } from '../pace/deadline.ts';
import { messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import type { Master } from './open-master.ts';
import { spawnHomeWaiter, successorRequest } from './spawn-launch.ts';

/**
 * The end of a master whose FLEET_HOME went away. Nothing is closed as it should be: SQLite removes its write-ahead log, and a server its
 * socket, by a path at which another fleet may have begun by now. What was stored is whole without that.
 */

const goodbyeWithin: Milliseconds = 1000;
const waiterWithin: Milliseconds = 5000;

/** PM2's daemon of this fleet alone, as long as we are its child; null for one that runs other programs, too. */
const ownDaemon = (paths: HomePaths): number | null => {
  if (!isOwnDaemon(paths)) return null;
  try {
    const title = readFileSync(`/proc/${process.ppid}/cmdline`, 'utf8');
    return title.includes(`God Daemon (${paths.pm2})`) ? process.ppid : null;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
};

/** Never returns. The workers end with PM2's daemon, and whichever is not its child sees the loss by itself. */
export const leaveLostHome = async (master: Master, why: string): Promise<never> => {
  const { config, log } = master;
  const paths = homePaths(config.home, { pm2: config.pm2, logs: config.logs });
  const words = `FLEET_HOME is not at its place any more (${why}): the fleet stops and goes on when it is back`;
  try {
    log.error(words, { home: paths.home });
    await endsWithin(master.dismissClients(words), goodbyeWithin);
    if (!config.demo)
      await endsWithin(spawnHomeWaiter(successorRequest(config, master.secrets, 'await')), waiterWithin);

    const daemon = ownDaemon(paths);
    if (daemon !== null) process.kill(daemon, 'SIGKILL');
  } catch (error) {
    log.error('the end without a home did not go well', { error: messageOf(error) });
  }

  process.kill(process.pid, 'SIGKILL');
  // It is dead before the next line; the type wants one.
  return process.exit(1);
};
