import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createStatReader, type KeptStat, readInFolderOrNull, readOrNull } from './proc-files.ts';
import { type KernelUnits, kernelUnits, type ProcStat, parseProcStat } from './proc-stat.ts';
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

interface Entry extends LinuxProcess, KeptStat {
  /** Looks after which the command line is read once more: a child carries its parent's until it runs its own program. */
  commandReadsLeft: number;
  look: number;
}

/** Strangers are read again one time in this many looks: they matter only when their pid was reused. */
const strangerBeat = 8;
const commandReads = 3;

/** Node 24 names its main thread so, and `comm` is the main thread's name. */
const shownName = (name: string): string => (name === 'MainThread' ? 'node' : name);

const isPid = (name: string): boolean => {
  const first = name.charCodeAt(0);
  return first >= 49 && first <= 57;
};

/** Whether this machine shows its processes under `procRoot`. */
export const hasProc = (procRoot = '/proc'): boolean => {
  const stat = readInFolderOrNull(join(procRoot, 'self', 'stat'));
  return stat !== null && parseProcStat(stat, stat.length) !== null;
};

const readCommand = (procRoot: string, entry: Entry): void => {
  entry.commandReadsLeft--;
  const bytes = readOrNull(`${procRoot}/${entry.pid}/cmdline`);
  entry.profile = bytes === null || bytes.length === 0 ? null : profileArgument(bytes.toString('utf8'), entry.name);
};

const newEntry = (pid: number, stat: ProcStat, look: number): Entry => ({
  pid,
  ppid: stat.ppid,
  startTicks: stat.startTicks,
  name: shownName(stat.name),
  state: stat.state,
  cpuTicks: stat.cpuTicks,
  previousCpuTicks: null,
  newborn: look > 1,
  rssPages: stat.rssPages,
  profile: null,
  key: null,
  descriptor: null,
  commandReadsLeft: commandReads,
  look,
});

const takeStat = (known: Entry, stat: ProcStat): void => {
  known.newborn = false;
  known.previousCpuTicks = known.cpuTicks;
  known.cpuTicks = stat.cpuTicks;
  known.ppid = stat.ppid;
  known.state = stat.state;
  known.rssPages = stat.rssPages;
};

/** Reads single processes anew, for a table that keeps them. */
const createUpdater = (procRoot: string, reader: ReturnType<typeof createStatReader>) => {
  const { buffer } = reader;

  return (pid: number, known: Entry | undefined, look: number): Entry | null => {
    let length = known === undefined ? -1 : reader.readKept(known);
    if (length <= 0) length = reader.readOnce(pid);
    const stat = length <= 0 ? null : parseProcStat(buffer, length, known?.name);
    if (stat === null) return null;

    if (known !== undefined && known.startTicks === stat.startTicks) {
      takeStat(known, stat);
      if (known.commandReadsLeft > 0) {
        known.name = shownName(parseProcStat(buffer, length)?.name ?? known.name);
        readCommand(procRoot, known);
      }
      return known;
    }

    if (known !== undefined) reader.release(known);
    const fresh = known === undefined ? stat : parseProcStat(buffer, length);
    if (fresh === null) return null;

    const entry = newEntry(pid, fresh, look);
    readCommand(procRoot, entry);
    return entry;
  };
};

/** Throws when `/proc` itself cannot be listed. */
export const createLinuxProcessTable = (procRoot = '/proc'): LinuxProcessTable => {
  const units = kernelUnits(readOrNull(join(procRoot, 'self', 'auxv')));
  const entries = new Map<number, Entry>();
  const reader = createStatReader(procRoot);
  /** The same process as before read anew, a new one in place of a dead one, or null when nothing lives there. */
  const update = createUpdater(procRoot, reader);
  let look = 0;

  const isSkipped = (pid: number, known: Entry): boolean =>
    known.key === null && known.commandReadsLeft <= 0 && (pid + look) % strangerBeat !== 0;

  const dropUnseen = (): void => {
    for (const [pid, entry] of entries) {
      if (entry.look === look) continue;
      reader.release(entry);
      entries.delete(pid);
    }
  };

  return {
    units,
    processes: entries,
    refresh() {
      look++;
      for (const name of readdirSync(procRoot)) {
        if (!isPid(name)) continue;
        const pid = Number(name);
        const known = entries.get(pid);
        if (known !== undefined && isSkipped(pid, known)) {
          known.look = look;
          continue;
        }

        const entry = update(pid, known, look);
        if (entry === null) continue;
        entry.look = look;
        if (entry !== known) entries.set(pid, entry);
      }
      dropUnseen();
    },
    watch(process, key) {
      const wasStranger = process.key === null;
      process.key = key;
      const entry = entries.get(process.pid);
      if (entry !== process || entry.descriptor !== null) return;

      reader.keep(entry);
      const length = reader.readKept(entry);
      const stat = length <= 0 ? null : parseProcStat(reader.buffer, length, entry.name);
      // The pid may have passed to another process since the listing; the next look finds that out by itself.
      if (stat === null || stat.startTicks !== entry.startTicks) return reader.release(entry);

      entry.cpuTicks = stat.cpuTicks;
      entry.rssPages = stat.rssPages;
      if (wasStranger && !entry.newborn) entry.previousCpuTicks = null;
    },
    unwatch(process) {
      process.key = null;
      const entry = entries.get(process.pid);
      if (entry === process) reader.release(entry);
    },
    close() {
      for (const entry of entries.values()) reader.release(entry);
      entries.clear();
    },
  };
};
