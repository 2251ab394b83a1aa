import process from 'node:process';
import { connectFleet } from '../client/connect-fleet.ts';
import { prepareHome } from '../home/home-paths.ts';
import { createQueue } from '../pace/queue.ts';
import type { Fleet } from '../protocol/door.ts';
import { messageOf } from '../session/fleet-error.ts';
import { refusalLine } from '../settings/env-file-trust.ts';
import { type LoadedSettings, loadSettingsAgain } from '../settings/load-settings.ts';
import { settingsFingerprint } from '../settings/settings-fingerprint.ts';
import { firstAnswer } from './first-answer.ts';
import { keepRunning } from './keep-running.ts';
import { masterLog } from './master-files.ts';
import { createMasterWatchdog } from './master-watchdog.ts';
import { becomeOnlyDaemon, type OnlyDaemon } from './only-daemon.ts';
import { relayLog } from './relay-log.ts';
import { launchRequest, spawnLaunch } from './spawn-launch.ts';
import { stopFleet } from './stop-fleet.ts';

/**
 * `--daemon`: a thin process in the foreground that keeps a fleet running. It owns nothing: PM2 runs the master, the master decides.
 * The first SIGTERM or SIGINT drains (all sessions at once, what is wanted stays), a second one hurries, SIGHUP reads the settings again.
 */

/** How a JSON line is written to standard output. */
type Print = (line: string) => void;
const asJson: Print = (line) => void process.stdout.write(`${line}\n`);

type PrintEvent = (text: string, fields?: Readonly<Record<string, unknown>>) => void;
const eventPrinter =
  (print: Print): PrintEvent =>
  (text, fields = {}) =>
    print(JSON.stringify({ at: new Date().toISOString(), level: 'info', text, ...fields }));

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

/** Starts and replaces the master with the settings as they were last read. */
const createMasterStarter = (given: LoadedSettings, workerScript: string | undefined) => {
  const worker = workerScript === undefined ? {} : { workerScript };
  let loaded = given;

  return {
    loaded: (): LoadedSettings => loaded,
    /** `again`: a home that is gone by now is not made anew. */
    start: async (again: boolean): Promise<boolean> =>
      (await spawnLaunch(launchRequest(loaded, { ...worker, again }))).started,
    replace: async (): Promise<void> => {
      await spawnLaunch(launchRequest(loaded, { ...worker, replace: true }));
    },
    readSettings: (): void => {
      loaded = loadSettingsAgain(loaded, { env: process.env, cwd: process.cwd() });
    },
  };
};
type MasterStarter = ReturnType<typeof createMasterStarter>;

/** Runs `listeners` while this process lives; returns what takes them away. */
const listenToSignals = (
  listeners: Partial<Record<NodeJS.Signals, (signal: NodeJS.Signals) => void>>,
): (() => void) => {
  const entries = Object.entries(listeners);
  for (const [signal, listener] of entries) process.on(signal, listener);

  return () => {
    for (const [signal, listener] of entries) process.off(signal, listener);
  };
};

const createSignals = (master: MasterStarter, printEvent: PrintEvent) => {
  const asked = Promise.withResolvers<void>();
  const reloads = createQueue();
  let draining = false;
  let workerPids: readonly number[] = [];

  const onStop = (signal: NodeJS.Signals): void => {
    if (draining) {
      printEvent(`${signal} again: the sessions hurry`);
      hurryWorkers(workerPids);
      return;
    }
    draining = true;
    printEvent(`${signal}: all sessions are stopped; they run again with the fleet`);
    asked.resolve();
  };

  const reload = async (): Promise<void> => {
    try {
      master.readSettings();
      const { refused } = master.loaded();
      if (refused !== null) printEvent(`SIGHUP: ${refusalLine(refused)}`);
      await master.replace();
      printEvent('SIGHUP: the settings were read again; the sessions went on');
    } catch (error) {
      printEvent(`SIGHUP: the settings were not taken: ${messageOf(error)}`);
    }
  };

  const onReload = (): void => void reloads.run(reload);

  return {
    /** Resolves with the first signal that asks for the end. */
    asked: asked.promise,
    /** Whom a second signal hurries. */
    setWorkers: (pids: readonly number[]): void => {
      workerPids = pids;
    },
    reloaded: (): Promise<void> => reloads.run(() => Promise.resolve()),
    close: listenToSignals({ SIGTERM: onStop, SIGINT: onStop, SIGHUP: onReload }),
  };
};
type Signals = ReturnType<typeof createSignals>;

/** A master that was there already may run with other settings than ours. */
const replaceOutdated = async (fleet: Fleet, master: MasterStarter): Promise<void> => {
  const { settings, secrets } = master.loaded();
  if (fleet.getSnapshot().fleet.settingsFingerprint !== settingsFingerprint(settings, secrets)) await master.replace();
};

/** From the first start to the end that is asked for. */
const superviseMaster = async (
  master: MasterStarter,
  signals: Signals,
  only: OnlyDaemon,
  printEvent: PrintEvent,
): Promise<void> => {
  const { paths } = master.loaded();
  const fleet = await firstAnswer(async () => {
    await master.start(false);
    return connectFleet(master.loaded(), { launch: null });
  });
  try {
    await replaceOutdated(fleet, master);
    const { fleet: info, sessions } = fleet.getSnapshot();
    printEvent('the fleet is ready', { home: paths.home, master: info.masterPid, sessions: sessions.length });

    const watchdog = createMasterWatchdog({ paths, masterPid: () => fleet.getSnapshot().fleet.masterPid });
    const { asked } = signals;
    const startMaster = () => master.start(true);
    const why = await keepRunning({ paths, watchdog, asked, only, startMaster, print: printEvent });
    if (why === 'stopped') return;

    signals.setWorkers(fleet.getSnapshot().sessions.flatMap((row) => (row.pid === null ? [] : [row.pid])));
  } finally {
    await fleet.close();
  }

  await signals.reloaded();
  await stopFleet(paths, { actor: 'supervisor' });
  printEvent('all sessions are stopped');
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
  const printEvent = eventPrinter(print);
  const { paths } = given;
  prepareHome(paths);

  const only = await becomeOnlyDaemon(paths);
  const stopRelay = new AbortController();
  const master = createMasterStarter(given, options.workerScript);
  const signals = createSignals(master, printEvent);
  // Its failure is told at the end; until then the fleet is more important than its log.
  const relayed = relayLog(masterLog(paths), print, stopRelay.signal).catch((error: unknown) =>
    printEvent(`the log cannot be relayed: ${messageOf(error)}`),
  );

  try {
    await superviseMaster(master, signals, only, printEvent);
    return 0;
  } finally {
    stopRelay.abort();
    await relayed;
    only.release();
    signals.close();
  }
};
