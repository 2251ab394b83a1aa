import { createQueue } from '../pace/queue.ts';
import type { Bytes, CpuPercent, EpochMs, Milliseconds } from '../session/units.ts';
import type { LinuxProcess } from './linux-processes.ts';
import { createLinuxProcessTable, hasProc } from './linux-processes.ts';
import { createMeanHistory } from './mean-history.ts';
import { listWithPs, usageOf } from './ps-processes.ts';
import type { PssTarget } from './pss-reader.ts';
import { createPssReader } from './pss-reader.ts';
import type { TreeRoot } from './tree-owners.ts';
import { ownersOf } from './tree-owners.ts';

/** What each session really costs: its worker, its browser and everything below, orphans included, in one pass over the machine. */

export interface TreeProcess {
  readonly pid: number;
  /** With the pid it names one process for good; give both to `signalProcess`. */
  readonly startTime: string;
  /** Printable ASCII. */
  readonly name: string;
  readonly rssBytes: Bytes;
}

export interface TreeSample {
  readonly key: string;
  readonly at: EpochMs;
  /** The root itself lives (a zombie does not). */
  readonly rootAlive: boolean;
  /** Percent of one core since the sample before; 0 the first time. Orphans included. */
  readonly cpuPercent: CpuPercent;
  readonly rssBytes: Bytes;
  /** Null where the kernel does not tell, or not enough has been read yet. */
  readonly pssBytes: Bytes | null;
  /** The root and everything below. */
  readonly processes: readonly TreeProcess[];
  /** Belong to the session by profile or by former parents, but are not below its root any more. */
  readonly orphans: readonly TreeProcess[];
  /** Memory (PSS, else RSS) of the last hour: 8 buckets of 7.5 min, oldest first, null where nothing was measured. */
  readonly memoryTrend: readonly (Bytes | null)[];
}

export interface TreeSampler {
  /** One pass over the machine; one entry per root, in their order. Keys are unique. Calls must not overlap: a second one waits. */
  sample(roots: readonly TreeRoot[]): Promise<ReadonlyMap<string, TreeSample>>;
  memoryTrend(key: string): readonly (Bytes | null)[];
  /** CPU of the last 24 hours: 288 means of 5 min, oldest first, null where nothing was measured; the last one is the current. */
  cpuDay(key: string): readonly (CpuPercent | null)[];
  /** `proc` reads Linux's `/proc`, `ps` is the portable way. */
  readonly way: 'proc' | 'ps';
  close(): void;
}

export interface TreeSamplerOptions {
  /** How often PSS of a busy process is read again; idle ones at a third of it. Default 10 s. */
  readonly pssEveryMs?: Milliseconds;
  /** Time that one sample may spend on PSS, default 3 ms; a large fleet is read over more samples. */
  readonly pssBudgetMs?: Milliseconds;
  /** `auto` (default) takes `/proc` where there is one. */
  readonly way?: 'auto' | 'proc' | 'ps';
  /** Monotonic milliseconds. */
  readonly clock?: () => Milliseconds;
}

/** 7.5 minutes: eight of them are the hour that a row shows. */
const memoryHour = { buckets: 8, bucketMs: 450_000 } as const;
/** 3 kB a session. */
const cpuOfDay = { buckets: 288, bucketMs: 300_000 } as const;

interface Gathered {
  readonly cpuPercent: CpuPercent;
  readonly pssBytes: Bytes | null;
  readonly processes: readonly TreeProcess[];
  readonly orphans: readonly TreeProcess[];
}

const emptyTree = (): { tree: LinuxProcess[]; orphans: LinuxProcess[] } => ({ tree: [], orphans: [] });
const isOver = (state: string): boolean => state === 'Z' || state === 'X' || state === 'x';
const sumRss = (processes: readonly TreeProcess[]): Bytes => processes.reduce((sum, p) => sum + p.rssBytes, 0);

type Gather = (roots: readonly TreeRoot[], now: Milliseconds) => Promise<ReadonlyMap<string, Gathered>>;

const gatherFromProc = (pssEveryMs: Milliseconds, pssBudgetMs: Milliseconds): { gather: Gather; close(): void } => {
  const table = createLinuxProcessTable();
  const pss = createPssReader(pssEveryMs);
  const { pageBytes, ticksPerSecond } = table.units;
  let previousAt: Milliseconds | null = null;

  const target = (p: LinuxProcess): PssTarget => ({
    pid: p.pid,
    startTicks: p.startTicks,
    rssBytes: p.rssPages * pageBytes,
  });
  const shown = (p: LinuxProcess): TreeProcess => ({
    pid: p.pid,
    startTime: String(p.startTicks),
    name: p.name,
    rssBytes: p.rssPages * pageBytes,
  });

  return {
    close: () => table.close(),
    async gather(roots, now) {
      table.refresh();
      const owners = ownersOf(table.processes, roots, (process) => process.key);
      const found = new Map(roots.map((root) => [root.key, emptyTree()]));
      for (const process of table.processes.values()) {
        const owner = owners.get(process.pid);
        if (owner === undefined) {
          if (process.key !== null) table.unwatch(process);
          continue;
        }
        table.watch(process, owner.key);
        if (isOver(process.state)) continue;
        const lists = found.get(owner.key);
        if (owner.orphan) lists?.orphans.push(process);
        else lists?.tree.push(process);
      }
      const members = [...found.values()].flatMap((lists) => [...lists.tree, ...lists.orphans]);
      pss.refresh(members.map(target), now, pssBudgetMs);

      const seconds = previousAt === null ? 0 : (now - previousAt) / 1000;
      previousAt = now;
      return new Map(
        [...found].map(([key, { tree, orphans }]) => {
          const all = [...tree, ...orphans];
          let ticks = 0;
          for (const p of all) {
            if (p.previousCpuTicks !== null) ticks += Math.max(0, p.cpuTicks - p.previousCpuTicks);
            else if (p.newborn) ticks += p.cpuTicks;
          }
          return [
            key,
            {
              cpuPercent: seconds <= 0 ? 0 : ((ticks / ticksPerSecond) * 100) / seconds,
              pssBytes: pss.of(all.map(target)),
              processes: tree.map(shown),
              orphans: orphans.map(shown),
            },
          ];
        }),
      );
    },
  };
};

const gatherFromPs = (): { gather: Gather; close(): void } => {
  /** Which key a process was last seen under, by pid and start: parents may have died since. */
  let former = new Map<string, string>();
  return {
    close: () => former.clear(),
    async gather(roots) {
      const listed = await listWithPs();
      const owners = ownersOf(listed, roots, (p) => former.get(`${p.pid} ${p.startTime}`) ?? null);
      const usage = await usageOf([...owners.keys()]);
      const now = new Map<string, string>();
      const found = new Map(
        roots.map((root) => [root.key, { cpu: 0, processes: [] as TreeProcess[], orphans: [] as TreeProcess[] }]),
      );
      for (const [pid, owner] of owners) {
        const process = listed.get(pid);
        const used = usage.get(pid);
        const lists = found.get(owner.key);
        if (process === undefined || used === undefined || lists === undefined) continue;
        now.set(`${pid} ${process.startTime}`, owner.key);
        lists.cpu += used.cpuPercent;
        (owner.orphan ? lists.orphans : lists.processes).push({
          pid,
          startTime: process.startTime,
          name: process.name,
          rssBytes: used.rssBytes,
        });
      }
      former = now;
      return new Map(
        [...found].map(([key, { cpu, processes, orphans }]) => [
          key,
          { cpuPercent: cpu, pssBytes: null, processes, orphans },
        ]),
      );
    },
  };
};

export const createTreeSampler = (options: TreeSamplerOptions = {}): TreeSampler => {
  const clock = options.clock ?? (() => performance.now());
  const wanted = options.way ?? 'auto';
  const way = wanted === 'auto' ? (hasProc() ? 'proc' : 'ps') : wanted;
  const source =
    way === 'proc' ? gatherFromProc(options.pssEveryMs ?? 10_000, options.pssBudgetMs ?? 3) : gatherFromPs();
  const memory = createMeanHistory(memoryHour);
  const cpu = createMeanHistory(cpuOfDay);
  let passes = 0;
  const queue = createQueue();

  const memoryTrend = (key: string, at: Milliseconds): readonly (Bytes | null)[] =>
    memory.trend(key, at).map((mean) => (mean === null ? null : Math.round(mean)));

  const sampleNow = async (roots: readonly TreeRoot[]): Promise<ReadonlyMap<string, TreeSample>> => {
    const now = clock();
    const gathered = await source.gather(roots, now);
    const at = Date.now();
    passes += 1;
    const samples = new Map<string, TreeSample>();
    for (const root of roots) {
      const tree = gathered.get(root.key);
      if (tree === undefined) continue;
      const rssBytes = sumRss(tree.processes) + sumRss(tree.orphans);
      if (tree.processes.length + tree.orphans.length > 0) {
        memory.record(root.key, now, tree.pssBytes ?? rssBytes);
        // The first pass has nothing to compare with.
        if (passes > 1) cpu.record(root.key, now, tree.cpuPercent);
      }
      samples.set(root.key, {
        key: root.key,
        at,
        rootAlive: tree.processes.some((process) => process.pid === root.pid),
        ...tree,
        rssBytes,
        memoryTrend: memoryTrend(root.key, now),
      });
    }
    return samples;
  };

  return {
    way,
    sample: (roots) => queue.run(() => sampleNow(roots)),
    memoryTrend: (key) => memoryTrend(key, clock()),
    cpuDay: (key) => cpu.trend(key, clock()),
    close: () => source.close(),
  };
};
