/**
 * What a master's start costs: `node scripts/build.mjs && node bench/master-start.ts [--rounds 7] [DIST ...]`. The process that launches it, PM2's
 * daemon and the master, from nothing, in a home that exists (`--fresh`: in a new one each time), in turns for each build named (default: `dist`), so
 * that a busy machine is busy for all of them. Prints milliseconds of CPU two seconds after the socket opened, and until then by the wall; least and
 * median. Asserts nothing (Linux: read from /proc).
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { cpuOf } from './measured-screen.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '7' }, fresh: { type: 'boolean', default: false } },
});
const builds = (positionals.length > 0 ? positionals : ['dist']).map((path) => resolve(path));
const warmUp = 2;
/** Long enough for what a first start compiled to be kept. */
const firstLife = 22_000;

interface Costs {
  readonly wall: number;
  readonly launcher: number;
  readonly daemon: number;
  readonly master: number;
}

const environment = (home: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  NODE_COMPILE_CACHE: join(home, '.cache/zap-fleet'),
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  ZAP_TEST_BENCH: '1',
});

const parentOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] ?? 0);

const childOf = (parent: number): number => {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const child = pids.find((pid) => {
    try {
      return parentOf(Number(pid)) === parent;
    } catch {
      // It ended meanwhile.
      return false;
    }
  });
  if (child === undefined) throw new Error(`process ${parent} has no child`);
  return Number(child);
};

const request = (home: string) => ({
  config: {
    home,
    pm2: join(home, '.pm2'),
    logs: join(home, 'logs'),
    demo: false,
    raw: { FLEET_HOME: home, PORT: '0', WHATSAPP_ENGINE: 'simulated' },
    workerScript: null,
  },
  secrets: {},
  replace: false,
  home: 'make',
});

/** Milliseconds of the wall and of CPU of `master.js launch`. */
const launch = async (build: string, home: string, env: Record<string, string>): Promise<[number, number]> => {
  const startedAt = performance.now();
  const shell = spawn('bash', ['-c', '"$@"; times', 'bench', process.execPath, join(build, 'master.js'), 'launch'], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  shell.stdin.end(JSON.stringify(request(home)));
  let output = '';
  let wall = 0;
  for await (const chunk of shell.stdout) {
    output += String(chunk);
    if (wall === 0 && output.includes('"ok"')) wall = performance.now() - startedAt;
  }
  if (!output.includes('"ok":true')) throw new Error(`${build}: ${output}`);

  const times = output.trim().split('\n').at(-1) ?? '';
  const cpu = [...times.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1000,
    0,
  );
  return [wall, cpu];
};

const measure = async (build: string, user: string, home: string, life: number): Promise<Costs> => {
  const env = environment(user);
  mkdirSync(join(user, '.cache'), { recursive: true });
  const [wall, launcher] = await launch(build, home, env);
  await delay(life);
  const daemonPid = Number(readFileSync(join(home, '.pm2/pm2.pid'), 'utf8'));
  const costs = { wall, launcher, daemon: cpuOf(daemonPid) * 1000, master: cpuOf(childOf(daemonPid)) * 1000 };
  execFileSync(process.execPath, [join(build, 'cli.js'), 'master', 'stop'], { env: { ...env, FLEET_HOME: home } });
  return costs;
};

const users = builds.map(() => mkdtempSync('/tmp/zfb-'));
const all = builds.map(() => [] as Costs[]);
for (let round = -warmUp; round < Number(values.rounds); round += 1) {
  for (const [place, build] of builds.entries()) {
    const user = users[place] ?? '/tmp';
    const home = join(user, 'f');
    if (values.fresh) rmSync(home, { recursive: true, force: true });
    const costs = await measure(build, user, home, round === -warmUp ? firstLife : 2000);
    if (round >= 0) all[place]?.push(costs);
  }
}

const figures = (costs: readonly number[]): string => {
  const sorted = costs.toSorted((a, b) => a - b);
  return `${sorted[0]?.toFixed(0)} ${sorted[Math.floor(sorted.length / 2)]?.toFixed(0)}`;
};
for (const [place, build] of builds.entries()) {
  const costs = all[place] ?? [];
  console.log(
    `${build}: ${(['wall', 'launcher', 'daemon', 'master'] as const).map((what) => `${what} ${figures(costs.map((each) => each[what]))}`).join(', ')}`,
  );
}
console.log(`load ${readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 2).join(' ')}`);
for (const user of users) rmSync(user, { recursive: true, force: true });
