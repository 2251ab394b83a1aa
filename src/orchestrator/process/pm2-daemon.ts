import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import type { HomePaths } from '../../home/home-paths.ts';
import { withDeadline } from '../../pace/deadline.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';
import { pm2PartsScript } from './entry-scripts.ts';

const readyWithin: Milliseconds = 20_000;

/** Settings that PM2 reads from our environment when it is loaded, and that its daemon inherits. */
export const prepareEnvironment = (paths: HomePaths): void => {
  process.umask(0o077);
  process.env['PM2_HOME'] = paths.pm2;
  process.env['PM2_DISABLE_VERSION_CHECK'] = '1';
  // No agent of PM2's own web service.
  process.env['PM2_NO_INTERACTION'] = 'true';
  process.env['PM2_DISCRETE_MODE'] = '1';
};

/** A daemon of PM2's that was just begun. */
export interface YoungDaemon {
  /** Resolves when its sockets are open. Throws `failed`, `timeout`. */
  ready(): Promise<void>;
  /** For one that nobody can use: it would stay with nothing in it. */
  end(): void;
}

/** What to tell of a package that is not there, or not whole. */
export const pm2Missing = (error: unknown): FleetError =>
  new FleetError('failed', `PM2 cannot be loaded: ${messageOf(error)}. Install again with: npm ci`, { cause: error });

const daemonScript = (): string => {
  try {
    return createRequire(import.meta.url).resolve('pm2/lib/Daemon.js');
  } catch (error) {
    throw pm2Missing(error);
  }
};

const begin = (paths: HomePaths): ChildProcess => {
  const script = daemonScript();
  mkdirSync(paths.pm2, { recursive: true, mode: 0o700 });
  const log = openSync(join(paths.pm2, 'pm2.log'), 'a');
  try {
    return spawn(process.execPath, ['--require', pm2PartsScript(), script], {
      detached: true,
      cwd: process.cwd(),
      env: { SILENT: 'true', ...process.env, PM2_HOME: paths.pm2 },
      stdio: ['ignore', log, log, 'ipc'],
    });
  } finally {
    closeSync(log);
  }
};

/**
 * Begins PM2's daemon as PM2's client does, which waits until the client itself is loaded: so the two start side by side. Only under the start lock,
 * after `prepareEnvironment`, and where no daemon is.
 */
export const beginDaemon = (paths: HomePaths): YoungDaemon => {
  const child = begin(paths);
  child.unref();
  const first = Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code, signal]) => {
      throw new Error(`it ended with ${signal ?? code}; see ${join(paths.pm2, 'pm2.log')}`);
    }),
  ]);
  // Heard by whoever waits; nobody may.
  first.catch(() => undefined);

  return {
    ready: async () => {
      const late = `PM2's daemon did not start within ${readyWithin / 1000} s. See: zap-fleet doctor`;
      try {
        await withDeadline(first, readyWithin, () => new FleetError('timeout', late));
      } catch (error) {
        if (error instanceof FleetError) throw error;
        throw new FleetError('failed', `PM2's daemon could not be started: ${messageOf(error)}`, { cause: error });
      } finally {
        if (child.connected) child.disconnect();
      }
    },
    end: () => {
      if (child.connected) child.disconnect();
      child.kill('SIGKILL');
    },
  };
};
