import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { isHomeThere } from '../home/home-mark.ts';
import type { HomePaths } from '../home/home-paths.ts';
import { createBeat } from '../pace/beat.ts';
import { endsWithin } from '../pace/deadline.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { awaitHomeArgument } from './spawn-launch.ts';

/** The wait for a FLEET_HOME that went away from under its fleet, in a process of its own. */

const lookEvery: Milliseconds = 1000;
/** Longer than any move of a volume; afterwards a person starts the fleet. */
const waitAtMost: Milliseconds = 7 * 24 * 3_600_000;

/** Resolves when a fleet lies there again. Throws `timeout`. */
export const awaitHome = async (paths: HomePaths, within: Milliseconds = waitAtMost): Promise<void> => {
  const back = Promise.withResolvers<void>();
  const beat = createBeat({
    look: () => {
      if (isHomeThere(paths)) back.resolve();
    },
    everyMs: lookEvery,
    firstMs: 0,
    withinMs: lookEvery,
    onProblem: back.reject,
  });

  beat.begin();
  try {
    if (!(await endsWithin(back.promise, within))) throw new FleetError('timeout', `${paths.home} did not come back.`);
  } finally {
    await beat.close();
  }
};

const argumentsOf = (pid: string): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch (error) {
    // It ended while we looked, or there is no /proc here.
    if (error instanceof Error && 'code' in error) return [];
    throw error;
  }
};

/** Pids of those that wait for this home. */
const waitersOf = ({ home }: HomePaths): readonly number[] => {
  try {
    return readdirSync('/proc')
      .filter(
        (entry) => /^\d+$/.test(entry) && argumentsOf(entry).join('\0').includes(`\0${awaitHomeArgument}\0${home}\0`),
      )
      .map(Number);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return [];
    throw error;
  }
};

/** Nobody waits for this home any more: the fleet is stopped. */
export const endHomeWaiters = (paths: HomePaths): void => {
  for (const pid of waitersOf(paths)) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM')))
        throw error;
    }
  }
};
