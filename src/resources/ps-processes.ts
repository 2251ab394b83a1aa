import { execFile } from 'node:child_process';
import pidusage from 'pidusage';
import type { Bytes, CpuPercent, Milliseconds } from '../session/units.ts';
import type { ProfileArgument } from './profile-argument.ts';
import { profileArgument } from './profile-argument.ts';

/** The portable way where there is no `/proc` (macOS, BSD): `ps` for the tree, `pidusage` for CPU and memory. */

export interface PsProcess {
  readonly pid: number;
  readonly ppid: number;
  /** When it began, as `ps` writes it; with the pid it names one process. */
  readonly startTime: string;
  readonly name: string;
  readonly profile: ProfileArgument | null;
}

const psDeadlineMs: Milliseconds = 5000;
const line = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]+\s+\d{4})\s+(.*)$/;

/** Parses the output of `ps -o pid=,ppid=,state=,lstart=,args=` in the C locale, without zombies. */
export const parsePs = (output: string): ReadonlyMap<number, PsProcess> => {
  const processes = new Map<number, PsProcess>();
  for (const text of output.split('\n')) {
    const match = line.exec(text);
    if (match === null) continue;
    const [, pid = '', ppid = '', state = '', startTime = '', command = ''] = match;
    if (state.startsWith('Z')) continue;
    const name = ((command.split(' ')[0] ?? '').split('/').at(-1) ?? '').replace(/[^ -~]/g, '?').slice(0, 40);
    processes.set(Number(pid), {
      pid: Number(pid),
      ppid: Number(ppid),
      startTime: startTime.replace(/\s+/g, ' '),
      name,
      profile: profileArgument(command, name),
    });
  }
  return processes;
};

/** Every process of the machine. Rejects when `ps` is missing or takes longer than 5 s. */
export const listWithPs = (): Promise<ReadonlyMap<number, PsProcess>> =>
  new Promise((resolve, reject) => {
    execFile(
      'ps',
      ['-A', '-ww', '-o', 'pid=,ppid=,state=,lstart=,args='],
      { env: { PATH: process.env.PATH, LC_ALL: 'C' }, timeout: psDeadlineMs, maxBuffer: 64 * 1024 * 1024 },
      (error, output) => {
        if (error)
          reject(new Error(`ps could not list the processes: ${error.message.split('\n')[0]}`, { cause: error }));
        else resolve(parsePs(output));
      },
    );
  });

/** CPU and resident memory by pid, of those that still live. */
export const usageOf = async (
  pids: readonly number[],
): Promise<ReadonlyMap<number, { cpuPercent: CpuPercent; rssBytes: Bytes }>> => {
  const usage = new Map<number, { cpuPercent: CpuPercent; rssBytes: Bytes }>();
  if (pids.length === 0) return usage;
  const answers = await pidusage([...pids]);
  for (const [pid, status] of Object.entries(answers)) {
    // pidusage leaves a null for a process that ended meanwhile, against its own types.
    if (status as unknown) usage.set(Number(pid), { cpuPercent: status.cpu, rssBytes: status.memory });
  }
  return usage;
};
