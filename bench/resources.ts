import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import pidusage from 'pidusage';
import { readPss } from '../src/resources/pss-reader.ts';
import { createTreeSampler } from '../src/resources/tree-sampler.ts';

/**
 * What one look at a fleet of 50 sessions of 8 processes costs: `node bench/resources.ts [sessions] [samples]`. Real processes, all ended
 * again. Fails when the sampler needs more than 10 ms of CPU a sample (the bound of the issue).
 */

const sessions = Number(process.argv[2] ?? 50);
const samples = Number(process.argv[3] ?? 30);
const below = 7;
const boundMs = 10;

/** A worker is a node process; its seven children stand for Chromium's. It ends them and itself when its input closes. */
const workerScript = `
const { spawn } = require('node:child_process');
const children = Array.from({ length: ${below} }, () => spawn('sleep', ['600'], { stdio: 'ignore' }));
process.stdin.on('end', () => { for (const c of children) c.kill('SIGKILL'); process.exit(0); }).resume();
process.stdout.write('up');
`;

const start = async () => {
  const workers = [];
  for (let i = 0; i < sessions; i++) {
    const child = spawn(process.execPath, ['-e', workerScript], { stdio: ['pipe', 'pipe', 'inherit'] });
    workers.push(child);
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('error', reject);
      child.once('exit', () => reject(new Error('a worker of the bench ended at once')));
    });
  }
  return workers;
};

const stop = async (workers: Awaited<ReturnType<typeof start>>): Promise<void> => {
  const ended = workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
  for (const worker of workers) worker.stdin.end();
  await Promise.all(ended);
};

interface Cost {
  readonly name: string;
  readonly mean: number;
  readonly p95: number;
  readonly wall: number;
}

const measure = async (name: string, run: () => unknown, pauseMs: number, rounds = samples): Promise<Cost> => {
  await run();
  await run();
  const costs: number[] = [];
  let wall = 0;
  for (let i = 0; i < rounds; i++) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const before = process.cpuUsage();
    const begun = performance.now();
    await run();
    wall += performance.now() - begun;
    const used = process.cpuUsage(before);
    costs.push((used.user + used.system) / 1000);
  }
  costs.sort((a, b) => a - b);
  return {
    name,
    mean: costs.reduce((sum, cost) => sum + cost, 0) / rounds,
    p95: costs[Math.floor(rounds * 0.95)] ?? 0,
    wall: wall / rounds,
  };
};

/** The plain way: list, open, read and close every process, each time. */
const plainScan = (): void => {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      readFileSync(`/proc/${name}/stat`, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' && (error as NodeJS.ErrnoException).code !== 'ESRCH')
        throw error;
    }
  }
};

const workers = await start();
let failed = false;
try {
  const roots = workers.map((worker, i) => ({ key: `s${i}`, pid: worker.pid ?? null, profileDir: `/bench/s${i}` }));
  const sampler = createTreeSampler();
  const withoutPss = createTreeSampler({ pssBudgetMs: 0 });
  const portable = createTreeSampler({ way: 'ps' });
  const first = await sampler.sample(roots);
  const all = [...first.values()].flatMap((tree) => tree.processes);
  const machine = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length;
  console.log(
    `${sessions} sessions, ${all.length} of ${machine} processes, ${cpus().length} cores, Node ${process.version}`,
  );

  const results = [
    await measure('our sampler, PSS within its 3 ms', () => sampler.sample(roots), 1000),
    await measure('our sampler without PSS', () => withoutPss.sample(roots), 100),
    await measure('plain scan of /proc/*/stat', plainScan, 100),
    await measure('pidusage of the roots', () => pidusage(workers.map((worker) => worker.pid ?? 0)), 100, 10),
    await measure('pidusage of all', () => pidusage(all.map((process) => process.pid)), 100, 10),
    await measure('portable way (ps and pidusage)', () => portable.sample(roots), 100, 10),
  ];
  console.log(
    '\nway                                 CPU mean    CPU p95   wall mean   (ms a sample; of this process, without ps itself)',
  );
  for (const { name, mean, p95, wall } of results) {
    console.log(
      `${name.padEnd(34)} ${mean.toFixed(2).padStart(9)} ${p95.toFixed(2).padStart(10)} ${wall.toFixed(2).padStart(11)}`,
    );
  }
  const begun = performance.now();
  for (const worker of workers) readPss(worker.pid ?? 0);
  console.log(`\nPSS of one node process: ${((performance.now() - begun) / workers.length).toFixed(2)} ms`);
  const measured = [...(await sampler.sample(roots)).values()].filter((tree) => tree.pssBytes !== null).length;
  console.log(`sessions whose PSS is known after ${samples} samples: ${measured} of ${sessions}`);
  const ours = results[0]?.mean ?? Number.POSITIVE_INFINITY;
  failed = ours > boundMs;
  console.log(`\n${failed ? 'MISSED' : 'met'}: ${ours.toFixed(2)} ms of CPU a sample, bound ${boundMs} ms`);
  sampler.close();
  withoutPss.close();
  portable.close();
} finally {
  await stop(workers);
}
process.exitCode = failed ? 1 : 0;
