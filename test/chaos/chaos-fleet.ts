import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectFleet } from '../../src/client/connect-fleet.ts';
import { homePaths, prepareHome, profileDir } from '../../src/home/home-paths.ts';
import { stopFleet } from '../../src/master/stop-fleet.ts';
import { daemonPid } from '../../src/orchestrator/watch/daemon-watch.ts';
import { policiesFile } from '../../src/orchestrator/watch/policies-file.ts';
import { cleanEnvironment } from '../../src/protocol/clean-environment.ts';
import type { Fleet } from '../../src/protocol/door.ts';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import type { FleetEvent } from '../../src/session/records.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import { parseSettings } from '../../src/settings/settings.ts';
import { openStore } from '../../src/store/store.ts';
import { writeSimulatedConfig } from '../../workers/whatsapp/simulated/simulated-config.ts';
import { until } from '../support/until.ts';
import { createTraffic } from './traffic.ts';

/** A real fleet under a real supervisor: PM2, master, workers with simulated phones, customers who write all the time. */

/** Numbers that make a test short; what they decide stays the same. */
export const quickPolicies = {
  session: { heartbeatLateMs: 8000, pageGraceMs: 3000, memorySoftBytes: 600_000_000, memoryHardBytes: 700_000_000 },
  backoff: { firstMs: 300, maxMs: 3000 },
  breaker: { maxRestarts: 40 },
  budget: { maxRestarts: 400 },
  incident: {
    windowMs: 15_000,
    fewestSessions: 4,
    stableMs: 2000,
    trialMs: 15_000,
    firstTrialMs: 2000,
    maxTrialMs: 4000,
  },
};

export const createChaosFleet = async (options: {
  readonly sessions: number;
  readonly policies?: object;
  readonly settings?: Readonly<Record<string, string>>;
  /** Where FLEET_HOME is made. */
  readonly under?: string;
}) => {
  const home = mkdtempSync(`${options.under ?? '/tmp'}/zfc-`);
  const paths = homePaths(home);
  prepareHome(paths);
  writeFileSync(policiesFile(paths), JSON.stringify(options.policies ?? quickPolicies));
  const settings = {
    PORT: '0',
    BASE_PORT: String(20_000 + Math.floor(Math.random() * 20_000)),
    MAX_SESSIONS: '50',
    LOG_LEVEL: 'debug',
    ...options.settings,
  };
  const loaded = { paths, raw: settings, secrets: {}, settings: parseSettings(settings) };
  const names = Array.from({ length: options.sessions }, (_, index) => `loja-${index + 1}`);
  const profile = (name: string): string => profileDir(paths, parseSessionName(name));
  let supervisor: ChildProcess | null = null;
  let supervisorLog = '';

  const startSupervisor = (): void => {
    supervisor = spawn(process.execPath, [fileURLToPath(new URL('./supervisor-child.ts', import.meta.url))], {
      cwd: home,
      env: { ...cleanEnvironment(process.env), ...settings, FLEET_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [supervisor.stdout, supervisor.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        supervisorLog = (supervisorLog + text).slice(-400_000);
      });
  };

  const processes = (): { pid: number; command: string }[] =>
    readdirSync('/proc').flatMap((entry) => {
      if (!/^\d+$/.test(entry) || Number(entry) === process.pid) return [];
      try {
        const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        const environ = readFileSync(`/proc/${entry}/environ`, 'utf8');
        const state = /\) (\S)/.exec(readFileSync(`/proc/${entry}/stat`, 'utf8'))?.[1];
        const isOurs = command.includes(home) || environ.includes(`=${home}\0`) || environ.includes(`=${paths.pm2}\0`);
        return isOurs && state !== 'Z' ? [{ pid: Number(entry), command }] : [];
      } catch {
        // It ended while we looked.
        return [];
      }
    });
  const titled = (start: string): { pid: number; command: string }[] =>
    processes().filter(({ command }) => command.startsWith(start));

  for (const name of names)
    writeSimulatedConfig(profile(name), {
      scenario: 'manual',
      script: { linked: true, phone: `55119${String(10_000_000 + names.indexOf(name))}` },
    });
  startSupervisor();
  let fleet: Fleet;
  const diagnosis = (): string => `${supervisorLog.slice(-3000)}`;
  try {
    fleet = await until(() => connectFleet(loaded, { launch: null }), { within: 40_000, every: 200, what: 'the door' });
  } catch (error) {
    throw new Error(diagnosis(), { cause: error });
  }
  const row = (name: string): SessionRow => {
    const found = fleet.getSnapshot().sessions.find((each) => each.name === name);
    if (found === undefined) throw new Error(`no row ${name}`);
    return found;
  };
  const traffic = createTraffic({ names, profile, isUp: (name) => row(name).state === 'connected' });

  /** Why the fleet is not as it should be; null when it is. */
  const unwell = (): string | null => {
    if (fleet.connection().state !== 'open') return 'the door is closed';
    const rows = fleet.getSnapshot().sessions;
    const away = rows.find((each) => each.desiredState === 'running' && each.state !== 'connected');
    if (away !== undefined) return `${away.name} is ${away.state} (${away.reasonCode})`;
    const pids = rows.flatMap((each) => (each.pid === null ? [] : [each.pid]));
    const workers = titled('zap-fleet worker').map(({ pid }) => pid);
    if (workers.length !== pids.length || pids.some((pid) => !workers.includes(pid)))
      return `rows have pids ${pids.join()}, processes are ${workers.join()}`;
    const masters = titled('zap-fleet master');
    if (masters.length !== 1) return `${masters.length} masters`;
    const daemons = processes().filter(({ command }) => command.includes('God Daemon'));
    if (daemons.length !== 1) return `${daemons.length} daemons`;
    return traffic.unanswered() > 0 ? `${traffic.unanswered()} messages wait` : null;
  };
  const heal = async (within: number): Promise<void> => {
    try {
      await until(() => unwell() === null, { within, every: 100, what: 'a well fleet' });
    } catch (error) {
      const events = fleet
        .getSnapshot()
        .events.slice(0, 25)
        .map((event) => `${new Date(event.at).toISOString()} ${event.sessionName ?? ''} ${event.kind} ${event.text}`);
      throw new Error(`${unwell()}\n${events.join('\n')}\n${diagnosis()}`, { cause: error });
    }
  };

  for (const name of names) {
    await fleet.request('create', { name, engine: 'simulated', ai: 'echo' });
    const fast = {
      quietMs: 150,
      readingDelayMs: 0,
      typing: false,
      pauseBetweenPartsMs: 0,
      jitter: 0,
      maxPerChatHour: 0,
    };
    for (const [key, value] of Object.entries({ ...fast, maxPerChatDay: 0 }))
      await fleet.request('setConfig', { name, key: `timing_config.${key}`, value });
  }
  await Promise.all(names.map((name) => fleet.request('start', { name })));
  await heal(60_000);

  return {
    home,
    paths,
    names,
    fleet,
    loaded,
    traffic,
    row,
    profile,
    processes,
    titled,
    heal,
    unwell,
    diagnosis,
    supervisorLog: () => supervisorLog,
    events: (): readonly FleetEvent[] => fleet.getSnapshot().events,
    lastEventId: (): number => fleet.getSnapshot().events[0]?.id ?? 0,
    supervisorPid: (): number => supervisor?.pid ?? 0,
    startSupervisor,
    masterPid: (): number => fleet.getSnapshot().fleet.masterPid,
    daemonPid: (): number => daemonPid(paths) ?? 0,
    workerPid: (name: string): number => row(name).pid ?? 0,
    setClock: (name: string, offset: number): void => {
      mkdirSync(profile(name), { recursive: true });
      writeFileSync(join(profile(name), 'clock-offset'), String(offset));
    },
    /** Every message that any customer ever wrote: how it ended, from both sides. */
    audit: (): readonly string[] => {
      const store = openStore(paths.database);
      try {
        return traffic.audit(store);
      } finally {
        store.close();
      }
    },
    /** Ends everything; what was left over. */
    end: async (): Promise<readonly string[]> => {
      traffic.stop();
      traffic.end();
      await fleet.close();
      if (supervisor !== null) {
        const leaving = supervisor;
        const left = new Promise((done) => leaving.once('exit', done));
        if (leaving.exitCode === null && leaving.signalCode === null) {
          leaving.kill('SIGTERM');
          await Promise.race([left, new Promise((done) => setTimeout(done, 30_000).unref())]);
        }
      }
      await stopFleet(paths);
      const left = processes();
      for (const { pid } of left) process.kill(pid, 'SIGKILL');
      if (process.env['ZAP_KEEP'] === undefined)
        rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      return left.map(({ command }) => command);
    },
  };
};

export type ChaosFleet = Awaited<ReturnType<typeof createChaosFleet>>;
