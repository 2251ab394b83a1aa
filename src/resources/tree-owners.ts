import type { ProfileArgument } from './profile-argument.ts';
import { namesProfile } from './profile-argument.ts';

/** Says which session each process belongs to. Pure. */

export interface TreeRoot {
  readonly key: string;
  /** The worker; null when none runs and only leftovers of its profile are looked for. */
  readonly pid: number | null;
  /** Absolute path of the login profile, written as the browser was given it. */
  readonly profileDir: string;
}

export interface LinkedProcess {
  readonly pid: number;
  readonly ppid: number;
  readonly profile: ProfileArgument | null;
}

export interface Owner {
  readonly key: string;
  /** Not below the worker: left over by one that died. */
  readonly orphan: boolean;
}

const longestChain = 256;

/**
 * Owner of every process that has one: below a root by parent links, else below a process that names the profile, else what
 * `formerKey` remembers of a process whose parents died.
 */
export const ownersOf = <P extends LinkedProcess>(
  processes: ReadonlyMap<number, P>,
  roots: readonly TreeRoot[],
  formerKey: (process: P) => string | null,
): ReadonlyMap<number, Owner> => {
  const rootKeys = new Map<number, string>();
  const byDirectory = new Map<string, string>();
  const keys = new Set<string>();
  for (const root of roots) {
    if (root.pid !== null && root.pid > 1) rootKeys.set(root.pid, root.key);
    byDirectory.set(root.profileDir, root.key);
    keys.add(root.key);
  }
  const keyOfProfile = (found: ProfileArgument): string | null => {
    const direct = byDirectory.get(found.value);
    if (direct !== undefined) return direct;
    for (const [directory, key] of byDirectory) if (namesProfile(found, directory)) return key;
    return null;
  };

  const owners = new Map<number, Owner | null>();
  const ownerOf = (process: P, depth: number): Owner | null => {
    const known = owners.get(process.pid);
    if (known !== undefined) return known;
    const rootKey = rootKeys.get(process.pid);
    let owner: Owner | null = null;
    if (rootKey !== undefined) owner = { key: rootKey, orphan: false };
    else {
      const parent = process.ppid > 1 && depth < longestChain ? processes.get(process.ppid) : undefined;
      if (parent !== undefined) owner = ownerOf(parent, depth + 1);
      if (owner === null) {
        const key = process.profile === null ? null : keyOfProfile(process.profile);
        const former = key ?? formerKey(process);
        if (former !== null && keys.has(former)) owner = { key: former, orphan: true };
      }
    }
    owners.set(process.pid, owner);
    return owner;
  };

  const found = new Map<number, Owner>();
  for (const process of processes.values()) {
    const owner = ownerOf(process, 0);
    if (owner !== null) found.set(process.pid, owner);
  }
  return found;
};
