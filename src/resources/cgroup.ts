import { join } from 'node:path/posix';
import type { Bytes } from '../session/units.ts';

/** What the container we run in may use, from cgroup v2 or v1. Files come in as a function, so that tests own them. */

/** The text of a file, or null when it is not there or not readable. */
export type ReadText = (path: string) => string | null;

export interface CgroupLimits {
  readonly version: 1 | 2;
  /** Null: no limit below the machine's own. */
  readonly memoryLimit: Bytes | null;
  /** Without page cache that the kernel can drop at once. */
  readonly memoryUsed: Bytes | null;
  /** CPUs by quota, may be a fraction; null: no quota. */
  readonly cpuQuota: number | null;
  /** CPU time used so far by the whole container, seconds. */
  readonly cpuSeconds: number | null;
}

interface Place {
  /** Directory of our own group. */
  readonly own: string;
  /** Where the hierarchy is mounted: the walk upwards ends here. */
  readonly mount: string;
}

const numberFrom = (text: string | null): number | null => {
  const match = text === null ? null : /^\s*(\d+)\s*$/.exec(text);
  return match === null ? null : Number(match[1]);
};

const statLine = (text: string | null, name: string): number | null => {
  const match = text === null ? null : new RegExp(`^${name} (\\d+)$`, 'm').exec(text);
  return match === null ? null : Number(match[1]);
};

/** mountinfo(5): `36 35 0:31 ROOT MOUNT options - TYPE source superoptions`. */
const mounts = (mountinfo: string): { root: string; mount: string; type: string; options: string[] }[] =>
  mountinfo.split('\n').flatMap((line) => {
    const [left = '', right = ''] = line.split(' - ');
    const [, , , root, mount] = left.split(' ');
    const [type = '', , options = ''] = right.split(' ');
    return root === undefined || mount === undefined ? [] : [{ root, mount, type, options: options.split(',') }];
  });

const placeOf = (read: ReadText, probe: string, path: string, root: string, mount: string): Place | null => {
  // Inside a container the path may be the host's; the mount's root says which part of it is already below the mount.
  const below = root !== '/' && (path === root || path.startsWith(`${root}/`)) ? path.slice(root.length) : path;
  for (const own of [join(mount, below), mount]) if (read(join(own, probe)) !== null) return { own, mount };
  return null;
};

const withAncestors = (place: Place): string[] => {
  const directories = [place.own];
  for (let at = place.own; at !== place.mount && at.length > place.mount.length; ) {
    at = join(at, '..');
    directories.push(at);
  }
  return directories;
};

const smallest = (values: (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.min(...known);
};

const readVersion2 = (read: ReadText, place: Place): CgroupLimits => {
  const directories = withAncestors(place);
  const quotaAt = (directory: string): number | null => {
    const match = /^(\d+) (\d+)/.exec(read(join(directory, 'cpu.max')) ?? '');
    return match === null || Number(match[2]) === 0 ? null : Number(match[1]) / Number(match[2]);
  };
  // The group that sets the tightest limit is the one whose use counts against it.
  const limits = directories.map((directory) => ({
    directory,
    limit: numberFrom(read(join(directory, 'memory.max'))),
  }));
  const memoryLimit = smallest(limits.map(({ limit }) => limit));
  const limiting = limits.find(({ limit }) => limit === memoryLimit)?.directory ?? place.own;
  const current = numberFrom(read(join(limiting, 'memory.current')));
  const inactive = statLine(read(join(limiting, 'memory.stat')), 'inactive_file') ?? 0;
  const usec = statLine(read(join(place.own, 'cpu.stat')), 'usage_usec');
  return {
    version: 2,
    memoryLimit,
    memoryUsed: current === null ? null : Math.max(0, current - inactive),
    cpuQuota: smallest(directories.map(quotaAt)),
    cpuSeconds: usec === null ? null : usec / 1e6,
  };
};

/** v1 has no word for "no limit": it says the largest page-aligned number. */
const unlimitedV1 = 2 ** 60;

const readVersion1 = (read: ReadText, place: (controller: string, probe: string) => Place | null): CgroupLimits => {
  const memory = place('memory', 'memory.limit_in_bytes');
  const stat = memory === null ? null : read(join(memory.own, 'memory.stat'));
  const own = memory === null ? null : numberFrom(read(join(memory.own, 'memory.limit_in_bytes')));
  const limit = smallest([own, statLine(stat, 'hierarchical_memory_limit')]);
  const usage = memory === null ? null : numberFrom(read(join(memory.own, 'memory.usage_in_bytes')));
  const cpu = place('cpu', 'cpu.cfs_quota_us');
  const quotas = (cpu === null ? [] : withAncestors(cpu)).map((directory) => {
    const quota = numberFrom(read(join(directory, 'cpu.cfs_quota_us')));
    const period = numberFrom(read(join(directory, 'cpu.cfs_period_us')));
    return quota === null || quota <= 0 || period === null || period === 0 ? null : quota / period;
  });
  const accounting = place('cpuacct', 'cpuacct.usage');
  const nanoseconds = accounting === null ? null : numberFrom(read(join(accounting.own, 'cpuacct.usage')));
  return {
    version: 1,
    memoryLimit: limit === null || limit >= unlimitedV1 ? null : limit,
    memoryUsed: usage === null ? null : Math.max(0, usage - (statLine(stat, 'total_inactive_file') ?? 0)),
    cpuQuota: smallest(quotas),
    cpuSeconds: nanoseconds === null ? null : nanoseconds / 1e9,
  };
};

/** Limits and use of our own cgroup; null where there is none (not Linux, or nothing mounted). */
export const readCgroup = (read: ReadText): CgroupLimits | null => {
  const membership = read('/proc/self/cgroup');
  const mountinfo = read('/proc/self/mountinfo');
  if (membership === null || mountinfo === null) return null;
  const mounted = mounts(mountinfo);
  const lines = membership.split('\n').map((line) => /^\d+:([^:]*):(.*)$/.exec(line));

  const v1: (controller: string, probe: string) => Place | null = (controller, probe) => {
    const path = lines.find((line) => line?.[1]?.split(',').includes(controller))?.[2];
    const mount = mounted.find(({ type, options }) => type === 'cgroup' && options.includes(controller));
    if (path === undefined || mount === undefined) return null;
    return placeOf(read, probe, path, mount.root, mount.mount);
  };
  // A hybrid machine mounts v2 without controllers: memory decides which version is in charge.
  if (v1('memory', 'memory.limit_in_bytes') !== null) return readVersion1(read, v1);

  const path = lines.find((line) => line?.[1] === '')?.[2];
  const mount = mounted.find(({ type }) => type === 'cgroup2');
  if (path === undefined || mount === undefined) return null;
  const place = placeOf(read, 'cgroup.controllers', path, mount.root, mount.mount);
  return place === null ? null : readVersion2(read, place);
};
