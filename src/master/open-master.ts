import { type HomeMark, markHome } from '../home/home-mark.ts';
import { type HomePaths, homePaths, masterLock, prepareHome } from '../home/home-paths.ts';
import { type Lock, waitForLock } from '../home/lock.ts';
import { logSalt, logSaltFile } from '../log/log-salt.ts';
import { createLogger, type Logger } from '../log/logger.ts';
import { createFleet } from '../orchestrator/door/fleet.ts';
import type { Fleet } from '../protocol/door.ts';
import type { MasterConfig } from '../protocol/launch-request.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { readSecrets } from '../settings/secrets-file.ts';
import { parseSettings, type Secrets } from '../settings/settings.ts';
import { doorHandlers } from './door-handlers.ts';
import type { MasterEnd, MasterEnding } from './master-end.ts';
import { masterLog, readMasterConfig } from './master-files.ts';
import { createMasterRooms } from './master-rooms.ts';
import { openParts } from './open-parts.ts';
import { beginRooms, closeRooms, type Room } from './room.ts';

/** A master that runs: it holds the fleet's lock until it is closed. */
export interface Master {
  readonly config: MasterConfig;
  readonly secrets: Secrets;
  readonly log: Logger;
  readonly door: Fleet;
  /** Ends all rooms in reverse, then frees the lock; the log stays open. */
  close(end: MasterEnd): Promise<void>;
  /** Tells whoever is connected why it ends, and touches no file. */
  dismissClients(why: string): Promise<void>;
}

/** The last master may be handing over: it holds its lock for a moment longer. */
const lockWithin: Milliseconds = 5000;

const takeLock = async (paths: HomePaths): Promise<Lock> => {
  const lock = await waitForLock(masterLock(paths), lockWithin);
  if (lock !== null) return lock;

  throw new FleetError('refused-by-state', `another master runs this fleet (${paths.home}); this one ends.`);
};

const openLog = (paths: HomePaths, config: MasterConfig, secrets: Secrets): Logger => {
  const settings = parseSettings(config.raw);

  return createLogger({
    file: masterLog(paths),
    level: settings.LOG_LEVEL,
    maxBytes: settings.LOG_MAX_BYTES,
    keep: settings.LOG_KEEP,
    fullNumbers: settings.LOG_FULL_NUMBERS,
    secrets: Object.values(secrets),
    salt: logSalt(logSaltFile(paths.data)),
  });
};

const closeMaster = async (
  rooms: readonly Room[],
  end: MasterEnd,
  held: { readonly lock: Lock; readonly home: HomeMark },
  log: Logger,
): Promise<void> => {
  await closeRooms(rooms, end, (error) => log.error('a part did not close', { error: messageOf(error) }));

  held.home.close();
  held.lock.release();
};

/** Takes the fleet's lock and brings the fleet up whole. Throws why it cannot; the process ends then. */
export const openMaster = async (home: HomePaths, ending: MasterEnding): Promise<Master> => {
  const config = readMasterConfig(home);
  const paths = homePaths(config.home, { pm2: config.pm2, logs: config.logs });
  prepareHome(paths);

  const secrets = readSecrets(paths.secretsFile);
  const lock = await takeLock(paths);
  const mark = markHome(paths);
  const log = openLog(paths, config, secrets);
  process.title = `zap-fleet master ${paths.home}`;

  const parts = await openParts({ paths, config, secrets, home: mark, log, ending });
  const rooms = createMasterRooms(parts, ending);
  const door = createFleet({ state: parts.state, handlers: doorHandlers(parts, rooms, ending), log: parts.logLine });
  await beginRooms(rooms.inOrder, door);

  return {
    config,
    secrets,
    log,
    door,
    close: (end) => closeMaster(rooms.inOrder, end, { lock, home: mark }, log),
    dismissClients: rooms.dismissClients,
  };
};
