import { readdirSync, readFileSync } from 'node:fs';

/** Processes that belong to a fleet: its home stands in their command line or their environment. Pids with their command. */
export const processesOf = (home: string): string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && entry !== String(process.pid))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        return command.includes(home) || environment.includes(home) ? [`${pid} ${command.slice(0, 120)}`] : [];
      } catch (error) {
        // It ended while we looked, or is not ours to look into.
        if (
          error instanceof Error &&
          'code' in error &&
          ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(String(error.code))
        )
          return [];
        throw error;
      }
    });

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It ended while we looked.
    return '';
  }
};

/** Processes that name a login profile, root first: the browser, then such of its children. */
export const browserPids = (profile: string): number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => commandOf(pid).includes(`--user-data-dir=${profile}`))
    .sort((a, b) => a - b);

/** Of these the browser itself, and a shell around it where its package has one. */
export const browserRoots = (profile: string): number[] =>
  browserPids(profile).filter((pid) => !commandOf(pid).includes('--type='));
