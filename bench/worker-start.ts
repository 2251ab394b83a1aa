/**
 * What the start of a worker costs: `node scripts/build.mjs && node bench/worker-start.ts [--rounds 9] [--after 4000] [--flags=--cpu-prof --profiles=FOLDER] [DIST ...]`. A simulated
 * session's worker in PM2's own container until it says `connected`, in turns for each build named (default: `dist`) and for an empty
 * program, so that a busy machine is busy for all of them. Prints least and median of the CPU of all threads, of the pages of memory touched (a page
 * costs 20 µs where the machine is a virtual one, and no load changes their number), and of CPU, pages and memory (PSS) `--after` so many ms more, by
 * when a worker holds what it may come to. Asserts nothing.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { homePaths, prepareHome, profileDir } from '../src/home/home-paths.ts';
import { workerAllocator, workerNodeFlags } from '../src/orchestrator/process/worker-memory.ts';
import { defaultConfig } from '../src/session/session-config.ts';
import { parseSessionName } from '../src/session/session-name.ts';
import { openStore } from '../src/store/store.ts';
import { writeSimulatedConfig } from '../workers/whatsapp/simulated/simulated-config.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '9' },
    after: { type: 'string', default: '4000' },
    flags: { type: 'string', default: '' },
    /** Where `--flags=--cpu-prof` leaves its files. */
    profiles: { type: 'string' },
    /** Milliseconds after `connected` until the look; enough for the compiled code to be kept in the first rounds. */
    warm: { type: 'string', default: '23000' },
  },
});
const container = createRequire(import.meta.url).resolve('pm2/lib/ProcessContainerFork.js');
const builds = (positionals.length > 0 ? positionals : ['dist']).map((path) => resolve(path));
const home = mkdtempSync('/tmp/zfb-');
const cache = mkdtempSync('/tmp/zfb-');
const empty = join(cache, 'empty.cjs');

const cpuOf = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
    .reduce((sum, one) => sum + one, 0);

interface Costs {
  readonly cpu: number;
  readonly pages: number;
}
const costsOf = (pid: number): Costs => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return { cpu: cpuOf(pid), pages: Number(stat[7]) + Number(stat[9]) };
};
const memoryOf = (pid: number): number =>
  Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) / 1024;

const fill = (): string => {
  const paths = homePaths(home);
  prepareHome(paths);
  const store = openStore(paths.database);
  const name = parseSessionName('s-001');
  writeSimulatedConfig(profileDir(paths, name), {
    scenario: 'manual',
    script: { linked: true, phone: '5511980000001' },
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
  store.close();
  mkdirSync(join(home, 'tokens', '.locks'), { recursive: true });
  return id;
};
const sessionId = fill();
writeFileSync(
  empty,
  "process.send({ type: 'zap:state', data: { state: 'connected' } });\nsetInterval(() => {}, 1000);\n",
);

const begin = (script: string): ChildProcess =>
  spawn(process.execPath, [...workerNodeFlags, ...values.flags.split(' ').filter(Boolean), container], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    cwd: values.profiles ?? home,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      ...workerAllocator,
      NODE_COMPILE_CACHE: cache,
      pmx: 'false',
      disable_source_map_support: 'true',
      pm_exec_path: script,
      pm_cwd: home,
      FLEET_HOME: home,
      ZAP_SESSION: 's-001',
      ZAP_SESSION_ID: sessionId,
      ZAP_START_ID: randomUUID(),
      ZAP_PORT: '0',
    },
  });

/** Until it says that it is connected, and what it used in the `wait` ms after that. */
const startCost = async (script: string, wait: number): Promise<readonly number[]> => {
  const child = begin(script);
  const isUp = new Promise<void>((done, fail) => {
    child.once('exit', (code) => fail(new Error(`${script} ended with ${code}`)));
    child.on('message', (message: { type?: string; data?: { state?: string } }) => {
      if (message.type === 'zap:state' && message.data?.state === 'connected') done();
    });
  });
  await isUp;
  const pid = child.pid ?? 0;
  const start = costsOf(pid);

  await new Promise((done) => setTimeout(done, wait));
  const later = costsOf(pid);
  const memory = memoryOf(pid);
  child.removeAllListeners('exit');
  child.kill('SIGTERM');
  const ended = once(child, 'exit');
  const kill = setTimeout(() => child.kill('SIGKILL'), 9000);
  await ended;
  clearTimeout(kill);
  return [start.cpu, start.pages, later.cpu - start.cpu, later.pages - start.pages, memory];
};

const figures = (costs: readonly number[]): string => {
  const sorted = costs.toSorted((a, b) => a - b);
  return `${sorted[0]?.toFixed(0)}, ${sorted[Math.floor(sorted.length / 2)]?.toFixed(0)}`;
};

const scripts = [empty, ...builds.map((build) => join(build, 'session-worker.js'))];
const costs = scripts.map((): (readonly number[])[] => []);
// What V8 compiled is kept by a worker that lives for a while, or that ends well.
for (const script of scripts.slice(1)) await startCost(script, Number(values.warm));
for (let round = 0; round < Number(values.rounds); round += 1)
  for (const [place, script] of scripts.entries()) costs[place]?.push(await startCost(script, Number(values.after)));
const named = ['ms of CPU', 'pages', 'ms of CPU after', 'pages after', 'MB'];
for (const [place, script] of scripts.entries()) {
  const each = named.map((name, column) => `${name} ${figures((costs[place] ?? []).map((row) => row[column] ?? 0))}`);
  console.log(`${script === empty ? 'an empty program' : script}: ${each.join('; ')}`);
}
for (const directory of [home, cache]) rmSync(directory, { recursive: true, force: true });
process.exit(0);
