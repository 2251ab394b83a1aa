import { readdirSync } from 'node:fs';
import { readOrNull } from './proc-files.ts';

/** Open files and sockets of one process: how many it may have (`ulimit -n`), and how many it has now. */
export interface DescriptorUse {
  /** Infinity: as many as it likes. */
  readonly limit: number;
  readonly used: number;
}

/** The soft limit out of `/proc/PID/limits`, which is the one that bites; null when it is not in there. */
export const parseOpenFilesLimit = (limits: string): number | null => {
  const soft = /^Max open files\s+(\S+)/m.exec(limits)?.[1];
  if (soft === 'unlimited') return Number.POSITIVE_INFINITY;
  const limit = Number(soft);
  return soft === undefined || !Number.isInteger(limit) ? null : limit;
};

/** Null where the system does not tell: no /proc, no such process, another user's, or none of our own descriptors left to ask with. */
export const descriptorUseOf = (pid: number | 'self', procRoot = '/proc'): DescriptorUse | null => {
  try {
    const limits = readOrNull(`${procRoot}/${pid}/limits`);
    const limit = limits === null ? null : parseOpenFilesLimit(limits.toString('utf8'));
    if (limit === null) return null;

    return { limit, used: readdirSync(`${procRoot}/${pid}/fd`).length };
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
};
