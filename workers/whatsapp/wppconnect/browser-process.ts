import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../src/session/fleet-error.ts';
import type { LibraryLog } from './library.ts';
import { withPageDeadline } from './page-deadline.ts';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is not ours.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Puppeteer starts the browser as the leader of a group of its own, so that the group is the whole tree. */
const groupAlive = (pid: number): boolean => (process.platform === 'win32' ? alive(pid) : alive(-pid));

const waitUntilGone = async (pid: number, within: number): Promise<boolean> => {
  const end = performance.now() + within;
  while (groupAlive(pid)) {
    if (performance.now() > end) return false;
    await sleep(25);
  }
  return true;
};

/** Waits until no process of the browser's group is left; kills the group after `graceMs`. Resolves false when some would not die. */
export const endBrowser = async (pid: number, graceMs: number): Promise<boolean> => {
  if (await waitUntilGone(pid, graceMs)) return true;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // ESRCH: it went away between the look and the signal.
    return true;
  }
  return waitUntilGone(pid, 2_000);
};

/** Ends a browser that was asked to close (`goodbye`): waits for it up to `graceMs`, then kills what is left of its group. */
export const closeBrowser = async (options: {
  readonly goodbye: Promise<unknown> | undefined;
  readonly pid: number | null;
  readonly graceMs: number;
  readonly log: LibraryLog;
}): Promise<void> => {
  const end = performance.now() + options.graceMs;
  try {
    if (options.goodbye) await withPageDeadline(options.goodbye, options.graceMs, 'closing the browser');
  } catch (error) {
    options.log.debug(`closing: ${messageOf(error)}`);
  }
  // The library's close() returns before Chromium is gone, and does nothing when the page is gone already.
  if (options.pid !== null && !(await endBrowser(options.pid, Math.max(0, end - performance.now())))) {
    options.log.error(`browser ${options.pid} does not die`);
  }
};
