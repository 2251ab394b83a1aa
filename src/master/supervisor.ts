import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { connectFleet } from '../client/connect-fleet.ts';
import { prepareHome } from '../home/home-paths.ts';
import { readLog } from '../log/log-reader.ts';
import { isListening } from '../orchestrator/process/reach-socket.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { type LoadedSettings, loadSettingsAgain } from '../settings/load-settings.ts';
import { settingsFingerprint } from '../settings/settings.ts';
import { masterLog, readMasterStopped } from './master-files.ts';
import { createMasterWatchdog, type MasterWatchdog } from './master-watchdog.ts';
import { becomeOnlyDaemon } from './only-daemon.ts';
import { launchRequest, spawnLaunch } from './spawn-launch.ts';
import { stopFleet } from './stop-fleet.ts';

/**
 * `--daemon`: a thin process in the foreground that keeps a fleet running. It owns nothing: PM2 runs the master, the master decides.
 * The first SIGTERM or SIGINT drains (all sessions at once, what is wanted stays), a second one hurries, SIGHUP reads the settings again.
 */

const lookEvery: Milliseconds = 1000;
/** PM2 starts a killed master again within a second or two. */
const masterAwayAtMost: Milliseconds = 5000;
const relayEvery: Milliseconds = 250;

/** How a JSON line is written to standard output. */
type Print = (line: string) => void;
const asJson: Print = (line) => void process.stdout.write(`${line}\n`);

/** Writes every new line of the master's log to standard output, until `signal`; what was written before it began is not told again. */
const relayLog = async (file: string, print: Print, signal: AbortSignal): Promise<void> => {
  let { cursor } = await readLog({ file, lines: 0 });
  const step = async (): Promise<void> => {
    const page = await readLog({ file, cursor });
    cursor = page.cursor;
    for (const line of page.lines) print(line);
  };
  while (!signal.aborted) {
    await step();
    await delay(relayEvery, undefined, { signal }).catch(() => undefined);
  }
  await step();
};

/** A second signal: workers take theirs as "hurry". */
const hurryWorkers = (pids: readonly number[]): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
};

/** Keeps the fleet running until a signal, or until somebody stops it with `master stop`. Resolves with the exit code. */
export const runDaemon = async (
  given: LoadedSettings,
  options: {
    readonly workerScript?: string;
    /** Default: the JSON line itself. A person at a terminal may want words. */
    readonly print?: Print;
  } = {},
): Promise<number> => {
  process.umask(0o077);
  const print = options.print ?? asJson;
  const say = (text: string, fields: Readonly<Record<string, unknown>> = {}): void =>
    print(JSON.stringify({ at: new Date().toISOString(), level: 'info', text, ...fields }));
  const worker = options.workerScript === undefined ? {} : { workerScript: options.workerScript };
  let loaded = given;
  const { paths } = loaded;
  prepareHome(paths);
  const only = await becomeOnlyDaemon(paths);
  const stopRelay = new AbortController();
  const asked = Promise.withResolvers<void>();
  let draining = false;
  let workerPids: readonly number[] = [];
  let replacing: Promise<void> = Promise.resolve();

  const replaceMaster = async (): Promise<void> => {
    await spawnLaunch(launchRequest(loaded, { ...worker, replace: true }));
  };
  const onStop = (signal: NodeJS.Signals): void => {
    if (draining) {
      say(`${signal} again: the sessions hurry`);
      hurryWorkers(workerPids);
      return;
    }
    draining = true;
    say(`${signal}: all sessions are stopped; they run again with the fleet`);
    asked.resolve();
  };
  const onReload = (): void => {
    replacing = replacing.then(async () => {
      try {
        loaded = loadSettingsAgain(loaded, { env: process.env, cwd: process.cwd() });
        await replaceMaster();
        say('SIGHUP: the settings were read again; the sessions went on');
      } catch (error) {
        say(`SIGHUP: the settings were not taken: ${messageOf(error)}`);
      }
    });
  };
  process.on('SIGTERM', onStop);
  process.on('SIGINT', onStop);
  process.on('SIGHUP', onReload);

  const relaying = relayLog(masterLog(paths), print, stopRelay.signal);
  // Its failure is told at the end; until then the fleet is more important than its log.
  const relayed = relaying.catch((error: unknown) => say(`the log cannot be relayed: ${messageOf(error)}`));
  try {
    await spawnLaunch(launchRequest(loaded, worker));
    const fleet = await connectFleet(loaded, { launch: null });
    try {
      if (fleet.getSnapshot().fleet.settingsFingerprint !== settingsFingerprint(loaded.settings, loaded.secrets)) {
        await replaceMaster();
      }
      const { fleet: info, sessions } = fleet.getSnapshot();
      say('the fleet is ready', { home: paths.home, master: info.masterPid, sessions: sessions.length });
      const ended = await keep(createMasterWatchdog({ paths, masterPid: () => fleet.getSnapshot().fleet.masterPid }));
      if (ended) return 0;
      workerPids = fleet.getSnapshot().sessions.flatMap((row) => (row.pid === null ? [] : [row.pid]));
    } finally {
      await fleet.close();
    }
    await replacing;
    await stopFleet(paths, { actor: 'supervisor' });
    say('all sessions are stopped');
    return 0;
  } finally {
    stopRelay.abort();
    await relayed;
    only.release();
    process.off('SIGTERM', onStop);
    process.off('SIGINT', onStop);
    process.off('SIGHUP', onReload);
  }

  /** Resolves with false when a signal asks for the end, with true when somebody stopped the fleet on purpose. */
  async function keep(watchdog: MasterWatchdog): Promise<boolean> {
    let awaySince: number | null = null;
    for (;;) {
      const isAsked = await Promise.race([asked.promise.then(() => true), delay(lookEvery, false)]);
      if (isAsked) return false;
      if (await isListening(paths.socket)) {
        awaySince = null;
        const ended = await watchdog.look();
        if (ended !== null) say(`the master (pid ${ended}) did not answer and was ended; PM2 starts the next one`);
        continue;
      }
      if (readMasterStopped(paths)?.sessions === true) {
        say('the fleet was stopped with "master stop"');
        return true;
      }
      awaySince ??= performance.now();
      if (performance.now() - awaySince < masterAwayAtMost) continue;
      try {
        const { started } = await spawnLaunch(launchRequest(loaded, worker));
        if (started) say('the master was away and was started again');
      } catch (error) {
        // PM2 or the disk may need a moment; a supervisor that ends takes every session with it.
        say(`the master cannot be started: ${error instanceof FleetError ? error.message : messageOf(error)}`);
      }
      awaySince = null;
    }
  }
};
