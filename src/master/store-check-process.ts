import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import process from 'node:process';
import { z } from 'zod';
import { masterScript } from '../orchestrator/process/entry-scripts.ts';
import { cleanEnvironment } from '../protocol/clean-environment.ts';
import { FleetError } from '../session/fleet-error.ts';
import { storeFaultCodes } from '../session/store-trouble.ts';
import type { Bytes, Milliseconds } from '../session/units.ts';
import { checkStore, type StoreCheck } from '../store/integrity/check-store.ts';

/**
 * A quick check takes seconds for a large store: it runs in a process of its own, so that the master's loop goes on. A small one is read in less
 * time than it takes to start that process.
 */

const smallStore: Bytes = 4_000_000;
const isSmall = (path: string): boolean =>
  [path, `${path}-wal`].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0) <
  smallStore;

/** A disk that is dying answers late; longer than this it is no answer any more. */
const checkWithin: Milliseconds = 10 * 60_000;
const mostOutput = 100_000;

const checkSchema = z.object({
  fault: z.object({ code: z.enum(storeFaultCodes), words: z.string().max(2000) }).nullable(),
  problems: z.array(z.string()).max(100),
});

/** The process behind `checkStoreBeside`: one result on standard output. */
export const runStoreCheck = (path: string): void => {
  setPriority(constants.priority.PRIORITY_LOW);
  process.stdout.write(`${JSON.stringify(checkStore(path, 'quick'))}\n`);
};

/** Checks the store; a process that does it ends with `signal`. Rejects when it could not be checked. */
export const checkStoreBeside = async (path: string, signal: AbortSignal): Promise<StoreCheck> =>
  isSmall(path) ? checkStore(path, 'quick') : checkInProcess(path, signal);

const checkInProcess = (path: string, signal: AbortSignal): Promise<StoreCheck> =>
  new Promise((done, fail) => {
    const child = spawn(process.execPath, [masterScript(), 'check-store', path], {
      cwd: '/',
      env: cleanEnvironment(process.env),
      stdio: ['ignore', 'pipe', 'ignore'],
      signal: AbortSignal.any([signal, AbortSignal.timeout(checkWithin)]),
      killSignal: 'SIGKILL',
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output = (output + chunk).slice(0, mostOutput);
    });
    child.on('error', fail);
    child.on('close', (code) => {
      try {
        done(checkSchema.parse(JSON.parse(output)));
      } catch (error) {
        fail(new FleetError('failed', `the check of the store ended with ${code}`, { cause: error }));
      }
    });
  });
