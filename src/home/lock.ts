import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';

/**
 * A lock that any death frees: an SQLite file held with BEGIN EXCLUSIVE. Never a pid file: it held across pid namespaces and was
 * freed by SIGKILL in every run, while a recycled pid keeps a pid file locked for ever.
 */
export interface Lock {
  release(): void;
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === 5;

/** Takes the lock now, or returns null when another process holds it. Throws `failed` when the file cannot be opened. */
export const tryLock = (path: string): Lock | null => {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    // No journal is needed for a file that holds nothing, and a leftover one must not stay behind.
    database.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (isBusy(error)) return null;
    throw new FleetError('failed', `cannot lock ${path}: ${messageOf(error)}. Check that it is writable.`, {
      cause: error,
    });
  }
  const held = database;
  let released = false;
  return {
    release: () => {
      if (released) return;
      released = true;
      held.exec('ROLLBACK');
      held.close();
    },
  };
};

/** Waits for the lock up to `within` ms; null when it is still held then. */
export const waitForLock = async (
  path: string,
  within: Milliseconds,
  every: Milliseconds = 50,
): Promise<Lock | null> => {
  const deadline = performance.now() + within;
  for (;;) {
    const lock = tryLock(path);
    if (lock !== null) return lock;
    if (performance.now() >= deadline) return null;
    await delay(every);
  }
};

/** Whether another process holds the lock. It is taken for a moment, so a caller that wants it takes it instead of asking. */
export const isLocked = (path: string): boolean => {
  const lock = tryLock(path);
  lock?.release();
  return lock === null;
};
