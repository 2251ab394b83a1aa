import { readFileSync } from 'node:fs';

/** Parent of a process, from the fourth field of its stat; the second one, its name, may hold anything in parentheses. */
const parentOf = (pid: number): number | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch (error) {
    // No /proc here, or the process has ended.
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
};

/** Whether this process was brought into a container from outside (`docker exec`): its first ancestor in here is not process 1. */
export const isContainerExec = (pid: number, parent: (pid: number) => number | null = parentOf): boolean => {
  for (let at = pid, steps = 0; steps < 64; steps += 1) {
    const above = parent(at);
    if (above === null) return false;
    if (above === 0) return at !== 1;
    at = above;
  }
  return false;
};
