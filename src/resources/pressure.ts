import type { ReadText } from './cgroup.ts';

/**
 * Percent of the last ten seconds in which somebody stood still for want of memory (PSI, since Linux 4.20): of the machine, or of our own
 * container where that is worse. Null where the kernel does not tell.
 */
export const memoryPressure = (read: ReadText): number | null => {
  const tenSeconds = ['/proc/pressure/memory', '/sys/fs/cgroup/memory.pressure'].flatMap((file) => {
    const match = /^some avg10=(\d+(?:\.\d+)?) /m.exec(read(file) ?? '');
    return match === null ? [] : [Number(match[1])];
  });

  return tenSeconds.length === 0 ? null : Math.max(...tenSeconds);
};
