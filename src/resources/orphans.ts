import { readdirSync, readFileSync } from 'node:fs';
import type { Milliseconds } from '../session/units.ts';
import { hasProc } from './linux-processes.ts';
import { parseProcStat } from './proc-stat.ts';
import type { ProfileArgument } from './profile-argument.ts';
import { profileArgument } from './profile-argument.ts';
import { listWithPs } from './ps-processes.ts';
import { ownersOf } from './tree-owners.ts';

/** Browsers that outlived their worker. Finding is done here; whoever owns the profile's lock decides and sends the signals. */

export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; with the pid it names one process for good. */
  readonly startTime: string;
  readonly name: string;
}

interface Listed extends ProcessIdentity {
  readonly ppid: number;
  readonly profile: ProfileArgument | null;
}

const isGone = (error: unknown): boolean => {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM';
};

const readProcess = (pid: number): Listed | null => {
  try {
    const bytes = readFileSync(`/proc/${pid}/stat`);
    const stat = parseProcStat(bytes, bytes.length);
    if (stat === null || stat.state === 'Z' || stat.state === 'X') return null;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return {
      pid,
      ppid: stat.ppid,
      startTime: String(stat.startTicks),
      name: stat.name,
      profile: command === '' ? null : profileArgument(command, stat.name),
    };
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
};

const listAll = async (): Promise<ReadonlyMap<number, Listed>> => {
  if (!hasProc()) return listWithPs();
  const listed = new Map<number, Listed>();
  for (const name of readdirSync('/proc')) {
    if (!/^[1-9]\d*$/.test(name)) continue;
    const found = readProcess(Number(name));
    if (found !== null) listed.set(found.pid, found);
  }
  return listed;
};

/** Every process of the machine, as it was at one moment. */
export type ProcessLook = ReadonlyMap<number, Listed>;

/** Within it many that start at the same time share a look: to read all processes takes longer the more there are, once for each start. */
const sharedFor: Milliseconds = 2000;

/** A look at all processes that may be up to two seconds old. */
export const createSharedLook = (
  read: () => Promise<ProcessLook> = listAll,
  now: () => Milliseconds = () => performance.now(),
): (() => Promise<ProcessLook>) => {
  let last: { readonly begunAt: Milliseconds; readonly listed: Promise<ProcessLook> } | null = null;

  return () => {
    const begunAt = now();
    if (last !== null && begunAt - last.begunAt <= sharedFor) return last.listed;

    const made = { begunAt, listed: read() };
    last = made;
    made.listed.catch(() => {
      // Whoever comes next tries again.
      if (last === made) last = null;
    });
    return made.listed;
  };
};

/**
 * Processes started for a profile directory and everything below them, but nothing below `livingRoot` (the session's worker, when it
 * has one) and never this process. Parents come before their children. `look`: default one of its own, from now.
 */
export const findProfileProcesses = async (
  profileDir: string,
  livingRoot: number | null = null,
  look?: ProcessLook,
): Promise<readonly ProcessIdentity[]> => {
  const listed = look ?? (await listAll());
  const key = 'profile';
  const owners = ownersOf(listed, [{ key, pid: livingRoot, profileDir }], () => null);
  const found: Listed[] = [];
  for (const [pid, owner] of owners) {
    const candidate = listed.get(pid);
    if (owner.orphan && candidate !== undefined && pid !== process.pid) found.push(candidate);
  }
  const depthOf = (p: Listed): number => {
    let depth = 0;
    for (let parent = listed.get(p.ppid); parent !== undefined && depth < 256; parent = listed.get(parent.ppid))
      depth++;
    return depth;
  };
  return found
    .map((p) => ({ p, depth: depthOf(p) }))
    .sort((a, b) => a.depth - b.depth || a.p.pid - b.p.pid)
    .map(({ p: { pid, startTime, name } }) => ({ pid, startTime, name }));
};

/** Whether exactly this process still runs (a zombie does not). */
export const isAlive = async (identity: Pick<ProcessIdentity, 'pid' | 'startTime'>): Promise<boolean> => {
  if (hasProc()) return readProcess(identity.pid)?.startTime === identity.startTime;
  return (await listWithPs()).get(identity.pid)?.startTime === identity.startTime;
};

/**
 * Signals exactly this process: its start time is looked at immediately before, so that a reused pid is left alone. `denied`: it
 * belongs to another user. Throws for a pid below 2.
 */
export const signalProcess = async (
  identity: Pick<ProcessIdentity, 'pid' | 'startTime'>,
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<'sent' | 'gone' | 'denied'> => {
  if (!Number.isInteger(identity.pid) || identity.pid < 2)
    throw new RangeError(`not a process of ours: ${identity.pid}`);
  if (!(await isAlive(identity))) return 'gone';
  try {
    process.kill(identity.pid, signal);
    return 'sent';
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ESRCH') return 'gone';
    if (code === 'EPERM') return 'denied';
    throw error;
  }
};
