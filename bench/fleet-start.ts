/**
 * Bench of starting a fleet: `node scripts/build.mjs && node bench/fleet-start.ts [--sessions N]`. In one run, in turns: N empty programs under bare
 * PM2, our own workers under bare PM2, and the fleet, from the command to the last session that is up. The programs are the same
 * machine's and minute's, so that their ratio says something where the host gives its time to others, too. Beside the wall clock it prints
 * the CPU of the workers, of PM2's daemon and of the master until then: it says more where other work runs.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { connectFleet } from '../src/client/connect-fleet.ts';
import { homePaths, prepareHome, profileDir } from '../src/home/home-paths.ts';
import { defaultConfig } from '../src/session/session-config.ts';
import { parseSessionName } from '../src/session/session-name.ts';
import { openStore } from '../src/store/store.ts';
import { builtFleet } from '../test/support/built-fleet.ts';
import { withCompiledCode } from '../test/support/compiled-code.ts';
import { until } from '../test/support/until.ts';
import { writeSimulatedConfig } from '../workers/whatsapp/simulated/simulated-config.ts';

const { values: options } = parseArgs({
  options: { sessions: { type: 'string', default: '50' }, rounds: { type: 'string', default: '2' } },
});
const count = Number(options.sessions);
const patience = 600_000;
const worker = resolve(import.meta.dirname, '../dist/session-worker.js');
const names = Array.from({ length: count }, (_, n) => `s-${String(n + 1).padStart(3, '0')}`);

/** A store of so many sessions whose phones are linked. */
const fill = (home: string): ReadonlyMap<string, string> => {
  const paths = homePaths(home);
  prepareHome(paths);
  const store = openStore(paths.database);
  const ids = new Map<string, string>();
  for (const [place, given] of names.entries()) {
    const name = parseSessionName(given);
    writeSimulatedConfig(profileDir(paths, name), {
      scenario: 'manual',
      script: { linked: true, phone: `55119${String(80_000_000 + place)}` },
    });
    const { id } = store.sessions.create(
      {
        name,
        label: '',
        engine: 'simulated',
        expectedPhone: null,
        config: defaultConfig(),
        instructions: null,
        author: 'bench',
      },
      Date.now(),
    );
    ids.set(given, id);
  }
  store.close();
  return ids;
};

interface App {
  readonly name: string;
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
}
type Done = (error: unknown, value?: unknown) => void;
interface BarePm2 {
  connect(done: Done): void;
  start(config: { apps: object[] }, done: Done): void;
  launchBus(done: (error: unknown, bus: { on(type: string, listener: (packet: unknown) => void): void }) => void): void;
  killDaemon(done: Done): void;
}
const called = (run: (done: Done) => void): Promise<unknown> =>
  new Promise((done, fail) => run((error, value) => (error ? fail(error) : done(value))));

interface Cost {
  readonly took: number;
  /** Seconds of CPU until then. */
  readonly workers: number;
  readonly daemon: number;
  readonly master: number;
}

/** Fields of /proc/PID/stat after the name: parent is the second, user and system time, in hundredths, the 12th and 13th. */
const statOf = (pid: string): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  } catch {
    // It ended between the listing and the look.
    return [];
  }
};
const cpuSeconds = (pid: string): number => {
  const stat = statOf(pid);
  return (Number(stat[11] ?? 0) + Number(stat[12] ?? 0)) / 100;
};

/** What PM2's daemon and all that it started used until now; `isMaster` by pid. */
const costOf = (pm2Home: string, took: number, masterPid: number | null): Cost => {
  const daemon = readFileSync(join(pm2Home, 'pm2.pid'), 'utf8').trim();
  const children = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && statOf(pid)[1] === daemon);
  const workers = children.filter((pid) => Number(pid) !== masterPid);
  return {
    took,
    workers: workers.reduce((sum, pid) => sum + cpuSeconds(pid), 0),
    daemon: cpuSeconds(daemon),
    master: masterPid === null ? 0 : cpuSeconds(String(masterPid)),
  };
};

/** From `pm2 start` of all of them to the last one that says that it is up. */
const underPm2 = async (apps: readonly App[]): Promise<Cost> => {
  const pm2Home = mkdtempSync('/tmp/zfb-pm2-');
  process.env['PM2_HOME'] = pm2Home;
  process.env['PM2_NO_INTERACTION'] = 'true';
  process.env['PM2_DISCRETE_MODE'] = '1';
  process.env['PM2_SILENT'] = 'true';
  const loaded = await import('pm2');
  const { custom: Client } = loaded.default as unknown as { custom: new (options: { pm2_home: string }) => BarePm2 };
  const pm2 = new Client({ pm2_home: pm2Home });
  await called((done) => pm2.connect(done));
  const up = new Set<string>();
  await called((done) =>
    pm2.launchBus((error, bus) => {
      bus.on('zap:state', (packet) => {
        const { data, process: child } = packet as { data: { state: string }; process: { name: string } };
        if (data.state !== 'starting') up.add(child.name);
      });
      done(error);
    }),
  );

  const from = performance.now();
  await called((done) =>
    pm2.start(
      {
        apps: apps.map((app) => ({
          ...app,
          exec_mode: 'fork',
          autorestart: false,
          pmx: false,
          vizion: false,
          // As our own apps say: PM2 7 makes Node read the maps of everything that it starts otherwise.
          disable_source_map_support: true,
          filter_env: [''],
        })),
      },
      done,
    ),
  );
  await until(() => up.size === apps.length, { within: patience, what: 'the last of them' });
  const cost = costOf(pm2Home, performance.now() - from, null);

  await called((done) => pm2.killDaemon((_error, value) => done(null, value)));
  rmSync(pm2Home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  return cost;
};

const clean = { PATH: process.env['PATH'] ?? '', ...withCompiledCode };

const emptyPrograms = async (): Promise<Cost> => {
  const folder = mkdtempSync('/tmp/zfb-');
  const script = join(folder, 'empty.cjs');
  writeFileSync(
    script,
    "process.send({ type: 'zap:state', data: { state: 'connected' } });\nsetInterval(() => {}, 1000);\n",
  );
  const cost = await underPm2(names.map((name) => ({ name: `empty:${name}`, script, env: clean })));
  rmSync(folder, { recursive: true, force: true });
  return cost;
};

const ownWorkers = async (): Promise<Cost> => {
  const home = mkdtempSync('/tmp/zfb-');
  const ids = fill(home);
  mkdirSync(join(home, 'tokens', '.locks'), { recursive: true });
  const cost = await underPm2(
    names.map((name) => ({
      name: `session:${name}`,
      script: worker,
      env: {
        ...clean,
        FLEET_HOME: home,
        ZAP_SESSION: name,
        ZAP_SESSION_ID: ids.get(name) ?? '',
        ZAP_START_ID: randomUUID(),
        ZAP_PORT: '0',
      },
    })),
  );
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  return cost;
};

const ourFleet = async (): Promise<Cost> => {
  const fleet = builtFleet({
    MAX_SESSIONS: String(count),
    BASE_PORT: String(24_000 + Math.floor(Math.random() * 4000)),
  });
  fill(fleet.home);
  await fleet.run('master', 'status');
  await fleet.run();
  const door = await connectFleet({ paths: fleet.paths }, { launch: null });
  const from = performance.now();
  await Promise.all(names.map((name) => door.request('start', { name, wait: false, actor: 'bench' })));
  await until(() => door.getSnapshot().sessions.filter(({ state }) => state === 'connected').length === count, {
    within: patience,
    what: 'the last session',
  });
  const cost = costOf(fleet.paths.pm2, performance.now() - from, door.getSnapshot().fleet.masterPid);

  await door.close();
  await fleet.end();
  return cost;
};

const shown = (what: string, { took, workers, daemon, master }: Cost): string =>
  [
    what.padEnd(24),
    `${(took / 1000).toFixed(1)} s`.padStart(8),
    ...[workers, daemon, master].map((used) => `${used.toFixed(1)} s`.padStart(10)),
  ].join('');

console.log(`${count} sessions, ${cpus().length} cores (${cpus()[0]?.model ?? '?'}), Node ${process.version}`);
console.log('until the last is up        wall   CPU: workers   daemon    master');
for (let round = 0; round < Number(options.rounds); round += 1) {
  const empty = await emptyPrograms();
  const workers = await ownWorkers();
  const fleet = await ourFleet();
  console.log(shown('empty under PM2', empty));
  console.log(shown('our workers under PM2', workers));
  console.log(shown('our fleet', fleet));
  const times = (of: Cost): string => `${(fleet.took / of.took).toFixed(2)} x`;
  console.log(`our fleet: ${times(empty)} of empty ones, ${times(workers)} of our workers`);
}
process.exit(0);
