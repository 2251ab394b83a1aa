import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { isHomeThere } from '../home/home-mark.ts';
import { type HomePaths, homePaths, prepareHome, startLock } from '../home/home-paths.ts';
import { waitForLock } from '../home/lock.ts';
import { masterScript } from '../orchestrator/process/entry-scripts.ts';
import {
  connectProcessManager,
  masterProcessName,
  type ProcessManager,
  rpcSocket,
} from '../orchestrator/process/process-manager.ts';
import { isListening, isMasterThere } from '../orchestrator/process/reach-socket.ts';
import { daemonPid, isOwnDaemon } from '../orchestrator/watch/daemon-watch.ts';
import { cleanEnvironment } from '../protocol/clean-environment.ts';
import { type LaunchRequest, type LaunchResult, parseLaunchRequest } from '../protocol/launch-request.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { writeSecrets } from '../settings/secrets-file.ts';
import { awaitHome } from './await-home.ts';
import {
  clearMasterFailure,
  clearMasterStopped,
  masterLog,
  readMasterFailure,
  readMasterStopped,
  writeMasterConfig,
} from './master-files.ts';

/**
 * Starts PM2's daemon and the master, once, however many ask at the same moment: the start lock lets one after the other in, and who
 * comes later finds the socket open. Runs in a process of its own with a clean environment (`spawn-launch.ts`), because PM2 copies the
 * caller's environment into its daemon and ends its caller (`process.exit(1)`) when a socket is refused.
 */

const youngDaemonWithin = 5000;
const startLockWithin = 60_000;
const masterWithin = 25_000;
/** A look at a socket that is not there costs a tenth of a millisecond. */
const lookEvery = 5;

/** A daemon that was just spawned has its pid file before its sockets: wait for it instead of starting a second one. */
const waitForYoungDaemon = async (paths: HomePaths): Promise<void> => {
  const deadline = performance.now() + youngDaemonWithin;
  for (;;) {
    if (await isListening(rpcSocket(paths))) return;
    const pid = daemonPid(paths);
    if (pid === null) return;

    if (performance.now() > deadline) {
      // Nobody reaches it any more: its socket was removed, or its volume was away. Its workers drain when it ends.
      if (isOwnDaemon(paths)) process.kill(pid, 'SIGKILL');
      return;
    }
    await delay(lookEvery);
  }
};

const ensureMasterProcess = async (pm2: ProcessManager, paths: HomePaths, replace: boolean): Promise<void> => {
  const known = await pm2.describe(masterProcessName);
  if (known !== null && !replace && known.pid !== null && known.status !== 'stopped') return;
  if (known !== null) await pm2.remove(masterProcessName);
  await pm2.start({
    name: masterProcessName,
    script: masterScript(),
    cwd: paths.home,
    env: { ...cleanEnvironment(process.env), FLEET_HOME: paths.home },
    outFile: masterLog(paths),
    errorFile: masterLog(paths),
    autorestart: true,
  });
};

/** Throws `unavailable` where a fleet was and nothing is any more. */
const findHome = async (paths: HomePaths, { home }: LaunchRequest): Promise<void> => {
  if (home === 'await') await awaitHome(paths);
  else if (home === 'find' && !isHomeThere(paths))
    throw new FleetError(
      'unavailable',
      `${paths.home} is not there: moved or unmounted? The fleet goes on when it is back; nothing is made anew.`,
    );
};

/** Resolves once the master's socket is open; `false` when it was open already. Throws `FleetError`, also with the master's own reason. */
export const launchMaster = async (request: LaunchRequest): Promise<boolean> => {
  const { config } = request;
  const paths = homePaths(config.home, { pm2: config.pm2, logs: config.logs });
  await findHome(paths, request);
  prepareHome(paths);
  const lock = await waitForLock(startLock(paths), startLockWithin);
  if (lock === null) {
    throw new FleetError(
      'timeout',
      `somebody else has been starting this fleet for ${startLockWithin / 1000} s. Try again.`,
    );
  }
  try {
    if (!request.replace && (await isMasterThere(paths))) return false;
    // Whoever brings it back by itself does not know that somebody stopped it meanwhile.
    const isByItself = request.home !== 'make' && !request.replace;
    if (isByItself && readMasterStopped(paths)?.sessions === true) return false;
    clearMasterFailure(paths);
    clearMasterStopped(paths);
    writeSecrets(paths.secretsFile, request.secrets);
    writeMasterConfig(paths, config);
    await waitForYoungDaemon(paths);
    const pm2 = await connectProcessManager(paths, { mayStartDaemon: true, listeners: null });
    try {
      await ensureMasterProcess(pm2, paths, request.replace);
      // A daemon's first list asks two shells what a page and a tick are; it has done so when the master asks, who also says what is wrong with it.
      const firstList = request.replace ? null : Promise.allSettled([pm2.list()]);
      const deadline = performance.now() + masterWithin;
      while (!(await isListening(paths.socket))) {
        const failure = readMasterFailure(paths);
        if (failure !== null) throw new FleetError('failed', failure);
        if (performance.now() > deadline) {
          throw new FleetError(
            'timeout',
            `the master did not open its socket within ${masterWithin / 1000} s. Its log: ${masterLog(paths)}`,
          );
        }
        await delay(lookEvery);
      }
      await firstList;
    } catch (error) {
      // A master that cannot start must not leave PM2's daemon behind with nothing in it.
      const others = (await pm2.list()).filter((entry) => entry.name !== masterProcessName);
      if (others.length === 0) {
        await pm2.remove(masterProcessName);
        await pm2.endDaemon();
      }
      throw error;
    } finally {
      await pm2.close();
    }
    return true;
  } finally {
    lock.release();
  }
};

const readStandardInput = async (): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
};

/** The process behind `spawnLaunch`: one request on standard input, one result on standard output. Exits by itself. */
export const runLaunch = async (): Promise<void> => {
  let result: LaunchResult;
  try {
    const request = parseLaunchRequest(JSON.parse(await readStandardInput()));
    result = { ok: true, started: await launchMaster(request) };
  } catch (error) {
    result = { ok: false, code: error instanceof FleetError ? error.code : 'failed', message: messageOf(error) };
  }
  await new Promise<void>((done) => process.stdout.write(`${JSON.stringify(result)}\n`, () => done()));
  // pm2 keeps its sockets' retry timers.
  process.exit(result.ok ? 0 : 1);
};
