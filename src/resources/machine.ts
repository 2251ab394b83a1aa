import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import type { Bytes, EpochMs, Milliseconds } from '../session/units.ts';
import type { ReadText } from './cgroup.ts';
import { readCgroup } from './cgroup.ts';
import { createDiskForecast } from './disk-forecast.ts';
import { memoryPressure } from './pressure.ts';

/** Totals of the machine, or of the container where its limits are tighter. */

export interface MachineSample {
  readonly at: EpochMs;
  readonly memoryTotal: Bytes;
  /** What cannot be given away: without page cache. */
  readonly memoryUsed: Bytes;
  /** What a new session could still get: the tighter of the container's rest and the machine's. */
  readonly memoryAvailable: Bytes;
  /** Percent of the last ten seconds in which somebody waited for memory; null where the kernel does not tell. */
  readonly memoryPressure: number | null;
  /** Percent of all cores together, 0 to 100, since the sample before; 0 the first time. */
  readonly cpuPercent: number;
  /** CPUs we may use, a fraction under a quota. */
  readonly cores: number;
  /** As `df` counts: used plus what we could still use. */
  readonly diskTotal: Bytes;
  readonly diskUsed: Bytes;
  readonly diskAvailable: Bytes;
  /** Null when it is not filling, or not known yet (one hour of samples). */
  readonly diskFullInDays: number | null;
}

export interface MachineSampler {
  sample(): Promise<MachineSample>;
}

export interface MachineSamplerOptions {
  /** A path on the disk that holds the fleet. */
  readonly diskPath: string;
  readonly readText?: ReadText;
  /** Monotonic milliseconds. */
  readonly clock?: () => Milliseconds;
  readonly now?: () => EpochMs;
}

/** Null for a file that is not there, not readable, or whose controller is switched off. */
export const readTextOrNull: ReadText = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EOPNOTSUPP', 'ENODEV', 'EISDIR'].includes(code)) return null;
    throw error;
  }
};

const meminfo = (read: ReadText): { total: Bytes; available: Bytes } => {
  const text = read('/proc/meminfo') ?? '';
  const field = (name: string): Bytes | null => {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text);
    return match === null ? null : Number(match[1]) * 1024;
  };
  const total = field('MemTotal') ?? totalmem();
  return { total, available: field('MemAvailable') ?? freemem() };
};

interface CpuTimes {
  /** Seconds of CPU used and seconds that there were, since some point in the past. */
  readonly busy: number;
  readonly all: number;
}

/** USER_HZ, fixed at 100 for every architecture Node runs on (proc(5)). */
const statTicks = 100;

const hostCpu = (read: ReadText): CpuTimes => {
  const match = /^cpu +(.*)$/m.exec(read('/proc/stat') ?? '');
  if (match !== null) {
    // user nice system idle iowait irq softirq steal; guest time is already part of user.
    const times = (match[1] ?? '').split(' ').slice(0, 8).map(Number);
    const all = times.reduce((sum, value) => sum + value, 0);
    const idle = (times[3] ?? 0) + (times[4] ?? 0);
    return { busy: (all - idle) / statTicks, all: all / statTicks };
  }
  let busy = 0;
  let all = 0;
  for (const { times } of cpus()) {
    const sum = times.user + times.nice + times.sys + times.irq + times.idle;
    all += sum / 1000;
    busy += (sum - times.idle) / 1000;
  }
  return { busy, all };
};

const diskOf = async (path: string): Promise<{ total: Bytes; used: Bytes; available: Bytes }> => {
  const { blocks, bfree, bavail, bsize } = await statfs(path);
  const used = (blocks - bfree) * bsize;
  return { total: used + bavail * bsize, used, available: bavail * bsize };
};

const percent = (part: number, whole: number): number =>
  whole <= 0 ? 0 : Math.min(100, Math.max(0, (part / whole) * 100));

/** `sample` rejects when the disk's path cannot be asked. */
export const createMachineSampler = (options: MachineSamplerOptions): MachineSampler => {
  const read = options.readText ?? readTextOrNull;
  const clock = options.clock ?? (() => performance.now());
  const now = options.now ?? Date.now;
  const forecast = createDiskForecast();
  let previous: { at: Milliseconds; host: CpuTimes; own: number | null } | null = null;

  return {
    async sample() {
      const machine = meminfo(read);
      const cgroup = readCgroup(read);
      const limited = cgroup !== null && cgroup.memoryLimit !== null && cgroup.memoryLimit < machine.total;
      const total = limited ? (cgroup.memoryLimit ?? machine.total) : machine.total;
      const used = limited && cgroup.memoryUsed !== null ? cgroup.memoryUsed : machine.total - machine.available;

      const hostCores = availableParallelism();
      const cores = Math.min(hostCores, cgroup?.cpuQuota ?? hostCores);
      const at = clock();
      const host = hostCpu(read);
      const own = cgroup === null || cgroup.cpuQuota === null || cores >= hostCores ? null : cgroup.cpuSeconds;
      let cpuPercent = 0;
      if (previous !== null) {
        cpuPercent =
          own !== null && previous.own !== null
            ? percent(own - previous.own, ((at - previous.at) / 1000) * cores)
            : percent(host.busy - previous.host.busy, host.all - previous.host.all);
      }
      previous = { at, host, own };

      const disk = await diskOf(options.diskPath);
      forecast.note(now(), disk.used);
      return {
        at: now(),
        memoryTotal: total,
        memoryUsed: Math.min(total, Math.max(0, used)),
        memoryAvailable: Math.max(0, Math.min(total - used, machine.available)),
        memoryPressure: memoryPressure(read),
        cpuPercent,
        cores,
        diskTotal: disk.total,
        diskUsed: disk.used,
        diskAvailable: disk.available,
        diskFullInDays: forecast.daysUntilFull(disk.available),
      };
    },
  };
};
