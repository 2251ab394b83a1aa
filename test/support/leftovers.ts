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
