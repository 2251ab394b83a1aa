import { existsSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { keepCompiledCode } from '../home/compiled-code.ts';
import { isHomePrepared } from '../home/home-mark.ts';
import { type HomePaths, homePaths } from '../home/home-paths.ts';
import { doNotRestartExitCode } from '../orchestrator/process/process-manager.ts';
import { endsWithin } from '../pace/deadline.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { version } from '../settings/version.ts';
import { storeFaultOf } from '../store/store-fault.ts';
import { leaveLostHome } from './lost-home.ts';
import { createMasterEnding, type MasterEnd, type MasterEnding } from './master-end.ts';
import { writeMasterFailure } from './master-files.ts';
import { type Master, openMaster } from './open-master.ts';
import { spawnLaunch, successorRequest } from './spawn-launch.ts';

const failedStartPause: Milliseconds = 1000;
const closeWithin: Milliseconds = 30_000;
const relaunchTries = 5;
const relaunchPause: Milliseconds = 2000;

/** A fatal end before anything was opened: one line for whoever waits, and PM2 does not try again. */
const refuseToRun = (message: string, home: HomePaths | null): never => {
  process.stderr.write(`zap-fleet-master: ${message}\n`);
  if (home !== null && existsSync(home.run)) writeMasterFailure(home, message);
  process.exit(doNotRestartExitCode);
};

/** What the next try may mend ends this one only; everything else is for a person. */
const endAfterFailedStart = async (error: unknown, home: HomePaths): Promise<never> => {
  if (error instanceof FleetError && error.code !== 'timeout' && error.code !== 'unavailable')
    return refuseToRun(messageOf(error), home);

  process.stderr.write(
    `zap-fleet-master: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  // PM2 starts the next one at once: what keeps failing must not keep a core busy.
  await delay(failedStartPause);
  process.exit(1);
};

const listenToProcess = ({ log }: Master, ending: MasterEnding): void => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => ending.ask({ kind: 'hand-over', why: signal }));

  const crash = (error: unknown): void => {
    // A broken store is shown and told; a master that dies of it would show and tell nothing.
    if (storeFaultOf(error) !== null) {
      log.error('the store refused', { error: messageOf(error) });
      return;
    }
    log.error('the master failed', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    process.exit(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
};

/** PM2's daemon is gone, and we are nobody's child now: the next daemon gets a master of its own, and we end. */
const launchSuccessor = async ({ config, secrets, log }: Master): Promise<void> => {
  for (let tries = 1; tries <= relaunchTries; tries += 1) {
    try {
      await spawnLaunch(successorRequest(config, secrets, 'find'));
      return;
    } catch (error) {
      log.error("PM2's daemon is gone and could not be started", { tries, error: messageOf(error) });
      await delay(relaunchPause * tries);
    }
  }
};

const closeForGood = async (master: Master, end: MasterEnd): Promise<void> => {
  await master.close(end);
  if (end.kind === 'daemon-lost') await launchSuccessor(master);
  master.log.close();
};

/**
 * The one process that decides, run by PM2 as `zap-fleet-master` with `FLEET_HOME` in its environment. Holds the fleet's lock for as
 * long as it lives. Never returns.
 */
export const runMaster = async (): Promise<void> => {
  process.umask(0o077);
  const given = process.env['FLEET_HOME'];
  if (given === undefined) return refuseToRun('FLEET_HOME is not set; start the fleet with: zap-fleet', null);

  const home = homePaths(given);
  const ending = createMasterEnding();
  // PM2 started one again whose home went away: nothing is made anew, and whoever waits for the home starts the next one.
  if (!isHomePrepared(home)) return refuseToRun(`${home.home} is not there: moved or unmounted?`, null);

  const master = await openMaster(home, ending).catch((error: unknown) => endAfterFailedStart(error, home));
  const { log, door } = master;
  log.info('master runs', { pid: process.pid, version, sessions: door.getSnapshot().sessions.length });
  listenToProcess(master, ending);
  keepCompiledCode();

  const end = await ending.asked;
  log.info('master ends', { ...end });
  if (end.kind === 'home-lost') return leaveLostHome(master, end.why);

  const exitCode = end.kind === 'stop' ? doNotRestartExitCode : 0;
  // Whatever hangs now: sessions are PM2's, and what matters is in the store.
  const isClosed = await endsWithin(closeForGood(master, end), closeWithin);
  process.exit(isClosed || end.kind === 'stop' ? exitCode : 1);
};
