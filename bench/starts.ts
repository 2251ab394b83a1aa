/**
 * What starts cost: `node scripts/build.mjs && node bench/starts.ts [--rounds 11] [DIST ...]`. `ls`, the dashboard's first frame and an empty
 * Node, in turns for each build named (default: `dist`), so that a busy machine is busy for all of them. Prints CPU, least and median; asserts nothing.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { openScreen } from './measured-screen.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '11' } },
});
const builds = (positionals.length > 0 ? positionals : ['dist']).map((path) => resolve(path));
const warmUp = 3;
const fleet = mkdtempSync('/tmp/zfb-');

/** Milliseconds of CPU that all threads of a process used until now. */
const cpuOf = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
    .reduce((sum, one) => sum + one, 0);

const environment = (home: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  FLEET_HOME: fleet,
  LANG: 'C.UTF-8',
  TERM: 'xterm-256color',
  PORT: '0',
  TZ: 'UTC',
  MAX_SESSIONS: '1000',
});

/** CPU of a program that ends by itself, as Bash counts it. */
const wholeRun = async (args: readonly string[], home: string): Promise<number> => {
  const shell = spawn('bash', ['-c', '"$@" > /dev/null; times', 'starts', process.execPath, ...args], {
    env: environment(home),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  shell.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(text));
  await once(shell, 'close');
  const children = lines.join('').trim().split('\n').at(-1) ?? '';
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1000,
    0,
  );
};

const firstFrame = async (build: string, home: string): Promise<number> => {
  const screen = openScreen(process.execPath, [`${build}/cli.js`], environment(home));
  await screen.shows('loja-000');
  const used = cpuOf(screen.pid);
  await screen.end();
  return used;
};

const figures = (costs: readonly number[]): string => {
  const sorted = [...costs].sort((a, b) => a - b);
  return `${sorted[0]?.toFixed(0)} least, ${sorted[Math.floor(sorted.length / 2)]?.toFixed(0)} median`;
};

const door = fork(resolve(import.meta.dirname, 'dashboard-door.ts'), [fleet, '200']);
await once(door, 'message');
const homes = builds.map(() => mkdtempSync('/tmp/zfb-'));
const all = builds.map(() => ({ ls: [] as number[], frame: [] as number[], node: [] as number[] }));
for (let round = -warmUp; round < Number(values.rounds); round += 1) {
  for (const [place, build] of builds.entries()) {
    const home = homes[place] ?? fleet;
    const ls = await wholeRun([`${build}/cli.js`, 'ls'], home);
    const frame = await firstFrame(build, home);
    const node = await wholeRun(['-e', '0'], home);
    if (round < 0) continue;
    all[place]?.ls.push(ls);
    all[place]?.frame.push(frame);
    all[place]?.node.push(node);
  }
}
for (const [place, build] of builds.entries()) {
  const { ls, frame, node } = all[place] ?? { ls: [], frame: [], node: [] };
  console.log(
    `${build}, ms of CPU\n  ls           ${figures(ls)}\n  first frame  ${figures(frame)}\n  empty Node   ${figures(node)}`,
  );
}
door.kill();
for (const home of [fleet, ...homes]) rmSync(home, { recursive: true, force: true });
process.exit(0);
