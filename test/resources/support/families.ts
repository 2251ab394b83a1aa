import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { hasProc } from '../../../src/resources/linux-processes.ts';
import type { ProcessIdentity } from '../../../src/resources/orphans.ts';
import { isAlive, signalProcess } from '../../../src/resources/orphans.ts';
import { until } from '../../support/until.ts';

/**
 * Real families of processes: a worker, its "browser" (a node process that names the profile) and the browser's child (that does not,
 * as Chromium's; a `sleep`, which costs nothing to start). The worker obeys lines on its input: `burn MS`, `grow MB`.
 */

const browser = `
const child = require('node:child_process').spawn('sleep', ['1000000'], { stdio: 'ignore' });
child.on('spawn', () => process.send(child.pid));
setInterval(() => {}, 1e9);
`;
const worker = `
const { spawn } = require('node:child_process');
const held = [];
const browser = spawn(process.execPath, ['-e', ${JSON.stringify(browser)}, '--', '--user-data-dir=' + process.env.PROFILE], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
browser.on('message', (pid) => console.log(JSON.stringify({ browser: browser.pid, grandchild: pid })));
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const [order, amount] = line.split(' ');
  if (order === 'burn') { const end = Date.now() + Number(amount); const turn = () => { const t = Date.now() + 50; while (Date.now() < t); if (Date.now() < end) setImmediate(turn); }; turn(); }
  if (order === 'grow') { held.push(Buffer.alloc(Number(amount) * 1024 * 1024, 7)); }
});
`;

export interface Family {
  readonly worker: number;
  readonly browser: number;
  readonly grandchild: number;
  order(line: string): void;
  /** Kills the worker alone, hard. */
  killWorker(): Promise<void>;
}

const started: { child: ChildProcess; pids: number[] }[] = [];

export const startFamily = async (profileDir: string): Promise<Family> => {
  const child = spawn(process.execPath, ['-e', worker], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH ?? '', PROFILE: profileDir },
  });
  const { pid, stdin, stdout } = child;
  if (pid === undefined) throw new Error('no worker');
  const entry = { child, pids: [pid] };
  started.push(entry);
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the worker ended with ${code}`)));
  });
  const { browser, grandchild } = JSON.parse(line) as { browser: number; grandchild: number };
  entry.pids.push(browser, grandchild);
  return {
    worker: pid,
    browser,
    grandchild,
    order: (text) => stdin.write(`${text}\n`),
    killWorker: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
};

/** A zombie is dead: whoever adopted it takes its time to fetch it. */
const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !hasProc() || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ESRCH' || code === 'ENOENT') return false;
    throw error;
  }
};

/** Ends every process of every family and waits until none is left. */
export const endFamilies = async (): Promise<void> => {
  const families = started.splice(0);
  for (const { pids } of families) for (const pid of pids) if (lives(pid)) process.kill(pid, 'SIGKILL');
  const pids = families.flatMap((family) => family.pids);
  await until(() => pids.every((pid) => !lives(pid)), { what: 'the families to be gone' });
};

export const endExactly = async (identities: readonly ProcessIdentity[]): Promise<void> => {
  for (const identity of identities) await signalProcess(identity, 'SIGKILL');
  await until(async () => (await Promise.all(identities.map(isAlive))).every((alive) => !alive), {
    what: 'the processes to end',
  });
};
