import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { homePaths } from '../home/home-paths.ts';
import { masterScript } from '../orchestrator/process/entry-scripts.ts';
import { type Beat, createBeat } from '../pace/beat.ts';
import { cleanEnvironment } from '../protocol/clean-environment.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { stopFleet } from './stop-fleet.ts';

/**
 * A demo belongs to the terminal that opened it. Whoever kills that terminal leaves nobody to clean up, so the demo's master looks for
 * itself: without a client for a while, a process of its own stops the fleet and removes its home.
 */

/** The start of the directory's name that `--demo` makes; nothing else is ever removed. */
export const demoPrefix = 'zf-demo-';

const aloneAtMost: Milliseconds = 30_000;
const lookEvery: Milliseconds = 2000;
const removeTries = 20;
const removePause: Milliseconds = 250;

/** Calls `end` once when nobody has been there for 30 s. */
export const watchLonelyDemo = (options: {
  readonly clients: () => number;
  readonly now: () => number;
  readonly end: () => void;
  readonly onProblem: (error: unknown) => void;
}): Beat => {
  let seenAt = options.now();

  const beat = createBeat({
    look: () => {
      if (options.clients() > 0) seenAt = options.now();
      if (options.now() - seenAt < aloneAtMost) return;

      void beat.close();
      options.end();
    },
    everyMs: lookEvery,
    withinMs: lookEvery,
    onProblem: options.onProblem,
    unref: true,
  });
  return beat;
};

/** Starts the process that ends this demo; it outlives the master and PM2's daemon. */
export const spawnDemoEnd = (home: string): void => {
  spawn(process.execPath, [masterScript(), 'end-demo', home], {
    cwd: '/',
    env: cleanEnvironment(process.env),
    detached: true,
    stdio: 'ignore',
  }).unref();
};

/** The process behind it. Throws `usage` for a home that `--demo` did not make. */
export const endDemo = async (home: string): Promise<void> => {
  if (!basename(home).startsWith(demoPrefix)) throw new FleetError('usage', `${home} is not the home of a demo.`);
  const paths = homePaths(home);
  if (!existsSync(paths.data)) return;
  await stopFleet(paths);
  for (let tries = 1; existsSync(home) && tries <= removeTries; tries += 1) {
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    await delay(removePause);
  }
};
