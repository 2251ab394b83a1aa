import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { KernelUnits } from './proc-stat.ts';
import { kernelUnits, parseProcStat } from './proc-stat.ts';
import type { ProfileArgument } from './profile-argument.ts';
import { profileArgument } from './profile-argument.ts';

/**
 * The machine's processes from `/proc`, kept between looks. Members of a tree keep an open descriptor: the kernel ties it to the one
 * process it was opened for, so a reused pid reads as gone, and a look costs one `pread` each (docs/decisions/process-tree-sampling.md).
 */

export interface LinuxProcess {
  readonly pid: number;
  ppid: number;
  readonly startTicks: number;
  name: string;
  state: string;
  cpuTicks: number;
  /** CPU at the look before, null when the process was not watched then. */
  previousCpuTicks: number | null;
  /** It began between the last two looks, so all of its CPU belongs to this one. */
  newborn: boolean;
  rssPages: number;
  profile: ProfileArgument | null;
  /** Key of the tree that it was last seen in. */
  key: string | null;
}

export interface LinuxProcessTable {
  readonly units: KernelUnits;
  /** Reads what changed. Afterwards `processes` holds everything that lives. */
  refresh(): void;
  readonly processes: ReadonlyMap<number, LinuxProcess>;
  /** Says that this process is watched from now on: its next looks go through a kept descriptor. */
  watch(process: LinuxProcess, key: string): void;
  /** Not watched any more. */
  unwatch(process: LinuxProcess): void;
  close(): void;
}

interface Entry extends LinuxProcess {
  descriptor: number | null;
  /** Looks after which the command line is read once more: a child carries its parent's until it runs its own program. */
  commandReadsLeft: number;
  look: number;
}

/** A stat line is at most some 350 bytes: 52 numbers and a name of 15. */
const lineBytes = 1024;
/** Strangers are read again one time in this many looks: they matter only when their pid was reused. */
const strangerBeat = 8;
const commandReads = 3;

/** Node 24 names its main thread so, and `comm` is the main thread's name. */
const shownName = (name: string): string => (name === 'MainThread' ? 'node' : name);

const isGone = (error: unknown): boolean => {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ESRCH';
};

const isDenied = (error: unknown): boolean => {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EACCES' || code === 'EPERM';
};

const noMoreDescriptors = (error: unknown): boolean => {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EMFILE' || code === 'ENFILE';
};

/** Whether this machine shows its processes under `procRoot`. */
export const hasProc = (procRoot = '/proc'): boolean => {
  try {
    return parseProcStat(readFileSync(join(procRoot, 'self', 'stat')), lineBytes) !== null;
  } catch (error) {
    if (isGone(error) || isDenied(error) || (error as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw error;
  }
};

const readOrNull = (path: string): Buffer | null => {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isGone(error) || isDenied(error)) return null;
    throw error;
  }
};

/** Throws when `/proc` itself cannot be listed. */
export const createLinuxProcessTable = (procRoot = '/proc'): LinuxProcessTable => {
  const units = kernelUnits(readOrNull(join(procRoot, 'self', 'auxv')));
  const entries = new Map<number, Entry>();
  const buffer = Buffer.alloc(lineBytes);
  let look = 0;

  const release = (entry: Entry): void => {
    if (entry.descriptor === null) return;
    closeSync(entry.descriptor);
    entry.descriptor = null;
  };

  const readCommand = (entry: Entry): void => {
    entry.commandReadsLeft--;
    const bytes = readOrNull(`${procRoot}/${entry.pid}/cmdline`);
    entry.profile = bytes === null || bytes.length === 0 ? null : profileArgument(bytes.toString('utf8'), entry.name);
  };

  /** Bytes of the line now in `buffer`, or -1 when the process is gone or hidden. */
  const attempt = (read: () => number): number => {
    try {
      return read();
    } catch (error) {
      if (isGone(error) || isDenied(error) || noMoreDescriptors(error)) return -1;
      throw error;
    }
  };
  const readOnce = (pid: number): number =>
    attempt(() => {
      const descriptor = openSync(`${procRoot}/${pid}/stat`, 'r');
      try {
        return readSync(descriptor, buffer, 0, lineBytes, 0);
      } finally {
        closeSync(descriptor);
      }
    });
  const readKept = (entry: Entry): number => {
    const { descriptor } = entry;
    if (descriptor === null) return -1;
    const length = attempt(() => readSync(descriptor, buffer, 0, lineBytes, 0));
    if (length <= 0) release(entry);
    return length;
  };

  /** The same process as before read anew, a new one in place of a dead one, or null when nothing lives there. */
  const update = (pid: number, known: Entry | undefined): Entry | null => {
    let length = known === undefined ? -1 : readKept(known);
    if (length <= 0) length = readOnce(pid);
    const stat = length <= 0 ? null : parseProcStat(buffer, length, known?.name);
    if (stat === null) return null;
    if (known !== undefined && known.startTicks === stat.startTicks) {
      known.newborn = false;
      known.previousCpuTicks = known.cpuTicks;
      known.cpuTicks = stat.cpuTicks;
      known.ppid = stat.ppid;
      known.state = stat.state;
      known.rssPages = stat.rssPages;
      if (known.commandReadsLeft > 0) {
        known.name = shownName(parseProcStat(buffer, length)?.name ?? known.name);
        readCommand(known);
      }
      return known;
    }
    if (known !== undefined) release(known);
    const fresh = known === undefined ? stat : parseProcStat(buffer, length);
    if (fresh === null) return null;
    const entry: Entry = {
      pid,
      ppid: fresh.ppid,
      startTicks: fresh.startTicks,
      name: shownName(fresh.name),
      state: fresh.state,
      cpuTicks: fresh.cpuTicks,
      previousCpuTicks: null,
      newborn: look > 1,
      rssPages: fresh.rssPages,
      profile: null,
      key: null,
      descriptor: null,
      commandReadsLeft: commandReads,
      look,
    };
    readCommand(entry);
    return entry;
  };

  return {
    units,
    processes: entries,
    refresh() {
      look++;
      for (const name of readdirSync(procRoot)) {
        const first = name.charCodeAt(0);
        if (first < 49 || first > 57) continue;
        const pid = Number(name);
        const known = entries.get(pid);
        const skip =
          known !== undefined && known.key === null && known.commandReadsLeft <= 0 && (pid + look) % strangerBeat !== 0;
        if (skip) {
          known.look = look;
          continue;
        }
        const entry = update(pid, known);
        if (entry === null) continue;
        entry.look = look;
        if (entry !== known) entries.set(pid, entry);
      }
      for (const [pid, entry] of entries) {
        if (entry.look === look) continue;
        release(entry);
        entries.delete(pid);
      }
    },
    watch(process, key) {
      const wasStranger = process.key === null;
      process.key = key;
      const entry = entries.get(process.pid);
      if (entry !== process || entry.descriptor !== null) return;
      attempt(() => {
        entry.descriptor = openSync(`${procRoot}/${entry.pid}/stat`, 'r');
        return 0;
      });
      const length = readKept(entry);
      const stat = length <= 0 ? null : parseProcStat(buffer, length, entry.name);
      // The pid may have passed to another process since the listing; the next look finds that out by itself.
      if (stat === null || stat.startTicks !== entry.startTicks) return release(entry);
      entry.cpuTicks = stat.cpuTicks;
      entry.rssPages = stat.rssPages;
      if (wasStranger && !entry.newborn) entry.previousCpuTicks = null;
    },
    unwatch(process) {
      process.key = null;
      const entry = entries.get(process.pid);
      if (entry === process) release(entry);
    },
    close() {
      for (const entry of entries.values()) release(entry);
      entries.clear();
    },
  };
};
