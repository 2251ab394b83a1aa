import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { homePaths, masterLock, prepareHome } from '../home/home-paths.ts';
import { type Lock, waitForLock } from '../home/lock.ts';
import type { Links } from '../http/links.ts';
import { logSalt, logSaltFile } from '../log/log-salt.ts';
import { createLogger, type Logger } from '../log/logger.ts';
import { doNotRestartExitCode } from '../orchestrator/process/process-manager.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { readSecrets } from '../settings/secrets-file.ts';
import { parseSettings } from '../settings/settings.ts';
import { version } from '../settings/version.ts';
import { type BackupRoom, createBackupRoom } from './backup-room.ts';
import { type HttpRoom, httpMethods, openHttpRoom, openLinks } from './http-room.ts';
import { spawnDemoEnd, watchLonelyDemo } from './lonely-demo.ts';
import { masterLog, readMasterConfig, writeMasterFailure, writeMasterStopped } from './master-files.ts';
import { type OpenFleet, openFleet } from './open-fleet.ts';
import { createPurgeMethods } from './purge-customer.ts';
import { openSocketServer, type SocketServer } from './socket-server.ts';
import { spawnLaunch } from './spawn-launch.ts';
import { createUpkeep, type Upkeep } from './upkeep.ts';

/** The last master may be handing over: it holds its lock for a moment longer. */
const lockWithin = 5000;
/** Workers have 8 s to close their browsers; PM2 kills after 8.5 s. */
const drainWithin = 8700;
/** A container is killed 10 s after it was told to stop. */
const replicaLeast = 500;
const replicaMost = 3000;
const failedStartPause = 1000;
const relaunchTries = 5;
const relaunchPause = 2000;

type End =
  /** Let PM2 start the next master; nothing of the sessions is touched. */
  | { readonly kind: 'hand-over'; readonly why: string }
  | { readonly kind: 'stop'; readonly sessions: boolean }
  | { readonly kind: 'daemon-lost' };

/** A fatal end before anything was opened: one line for whoever waits, and PM2 does not try again. */
const refuseToRun = (message: string, tell: (message: string) => void): never => {
  process.stderr.write(`zap-fleet-master: ${message}\n`);
  tell(message);
  process.exit(doNotRestartExitCode);
};

/**
 * The one process that decides, run by PM2 as `zap-fleet-master` with `FLEET_HOME` in its environment. Holds the fleet's lock for as
 * long as it lives. Never returns.
 */
export const runMaster = async (): Promise<void> => {
  process.umask(0o077);
  const home = process.env['FLEET_HOME'];
  if (home === undefined) return refuseToRun('FLEET_HOME is not set; start the fleet with: zap-fleet', () => undefined);
  const firstPaths = homePaths(home);
  const tellFailure = (message: string): void => writeMasterFailure(firstPaths, message);
  let log: Logger;
  let lock: Lock;
  let opened: OpenFleet;
  let server: SocketServer;
  let links: Links | undefined;
  let backups: BackupRoom | undefined;
  let http: HttpRoom | null = null;
  let upkeep: Upkeep | undefined;
  let config: ReturnType<typeof readMasterConfig>;
  let secrets: ReturnType<typeof readSecrets>;
  const ending = Promise.withResolvers<End>();
  try {
    config = readMasterConfig(firstPaths);
    const paths = homePaths(config.home, { pm2: config.pm2, logs: config.logs });
    prepareHome(paths);
    const settings = parseSettings(config.raw);
    secrets = readSecrets(paths.secretsFile);
    const taken = await waitForLock(masterLock(paths), lockWithin);
    if (taken === null) {
      return refuseToRun(`another master runs this fleet (${paths.home}); this one ends.`, tellFailure);
    }
    lock = taken;
    log = createLogger({
      file: masterLog(paths),
      level: settings.LOG_LEVEL,
      maxBytes: settings.LOG_MAX_BYTES,
      keep: settings.LOG_KEEP,
      fullNumbers: settings.LOG_FULL_NUMBERS,
      secrets: Object.values(secrets),
      salt: logSalt(logSaltFile(paths.data)),
    });
    process.title = `zap-fleet master ${paths.home}`;
    opened = await openFleet({
      paths,
      config,
      secrets,
      log,
      extensions: (parts, replica) => {
        links = openLinks(parts);
        backups = createBackupRoom(parts, { secrets, log });
        upkeep = createUpkeep({ secrets, log, handOver: (why) => ending.resolve({ kind: 'hand-over', why }) });
        return [
          httpMethods(parts, links),
          backups.methods,
          upkeep.methods,
          createPurgeMethods(parts, { upcomingBackups: backups.upcoming, replicaErased: replica.erased }),
          {
            rotateToken: async () => {
              if (http === null)
                throw new FleetError(
                  'unavailable',
                  'the API is not up yet, or could not start. Try again in a moment.',
                );
              await http.rotateToken();
              return { rotated: true };
            },
          },
        ];
      },
      onMasterStop: (sessions) => ending.resolve({ kind: 'stop', sessions }),
      onDaemonLost: () => ending.resolve({ kind: 'daemon-lost' }),
    });
    await opened.begin();
    await backups?.begin();
    upkeep?.begin(opened);
    server = await openSocketServer({
      path: paths.socket,
      fleet: opened.fleet,
      version,
      log: (level, text, fields) => log[level](text, fields),
    });
  } catch (error) {
    if (error instanceof FleetError && error.code !== 'timeout' && error.code !== 'unavailable') {
      return refuseToRun(messageOf(error), tellFailure);
    }
    process.stderr.write(
      `zap-fleet-master: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    // PM2 starts the next one at once: what keeps failing must not keep a core busy.
    await delay(failedStartPause);
    process.exit(1);
  }
  log.info('master runs', { pid: process.pid, version, sessions: opened.fleet.getSnapshot().sessions.length });

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => ending.resolve({ kind: 'hand-over', why: signal }));
  }
  if (config.demo) {
    watchLonelyDemo({
      clients: () => server.clients(),
      now: Date.now,
      end: () => {
        log.info('nobody looks at this demo any more: it is cleared away');
        spawnDemoEnd(opened.parts.paths.home);
      },
    });
  }
  const crash = (error: unknown): void => {
    log.error('the master failed', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    process.exit(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);

  const openingHttp =
    links === undefined
      ? Promise.resolve()
      : openHttpRoom({ opened, links, paths: opened.parts.paths, secrets, log }).then(
          (room) => {
            http = room;
          },
          (error: unknown) => {
            log.error('the API could not be started', { error: messageOf(error) });
            const text = `no API and web page: ${messageOf(error)}`;
            opened.state.setBanner({ id: 'api', level: 'warn', code: 'api', text, values: {} });
          },
        );
  /** Requests over HTTP end before the fleet that answers them does. */
  const closeHttp = async (): Promise<void> => {
    await openingHttp;
    await (http as HttpRoom | null)?.close();
  };

  const end = await ending.promise;
  log.info('master ends', { ...end });
  backups?.close();
  const upkeepEnds = upkeep?.close();
  // Whatever hangs now: sessions are PM2's, and what matters is in the store.
  const giveUp = setTimeout(() => process.exit(end.kind === 'stop' ? doNotRestartExitCode : 1), 30_000);
  giveUp.unref();
  if (end.kind === 'stop') {
    if (end.sessions) {
      const timer = new AbortController();
      const from = performance.now();
      await Promise.race([
        opened.orchestrator.drain(),
        delay(drainWithin, undefined, { signal: timer.signal, ref: false }),
      ]);
      timer.abort();
      // The last words of the workers go along; then other servers may run the sessions.
      const left = drainWithin - (performance.now() - from);
      await opened.replica.close({ keepLeases: false, within: Math.min(replicaMost, Math.max(replicaLeast, left)) });
    }
    writeMasterStopped(opened.parts.paths, end.sessions);
    await server.close(
      end.sessions
        ? 'the fleet was stopped. Start it with: zap-fleet'
        : 'the master was stopped. Start it with: zap-fleet',
    );
    await closeHttp();
    await upkeepEnds;
    await opened.close();
    lock.release();
    log.close();
    process.exit(doNotRestartExitCode);
  }
  await server.close('');
  await closeHttp();
  await upkeepEnds;
  await opened.close();
  lock.release();
  if (end.kind === 'daemon-lost') {
    // We are nobody's child now: the next daemon gets a master of its own, and we end.
    for (let tries = 1; tries <= relaunchTries; tries += 1) {
      try {
        await spawnLaunch({ config, secrets: { ...secrets } as Record<string, string>, replace: false });
        break;
      } catch (error) {
        log.error("PM2's daemon is gone and could not be started", { tries, error: messageOf(error) });
        await delay(relaunchPause * tries);
      }
    }
  }
  log.close();
  process.exit(0);
};
