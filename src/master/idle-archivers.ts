import type { ChildProcess } from 'node:child_process';
import type { Milliseconds } from '../session/units.ts';

/**
 * Processes of archives that have done a work and stay a moment for the next (archive-process.ts). They keep no master, and end with it. One that dies
 * meanwhile is dropped.
 */

const staysFor: Milliseconds = 5000;

const idle = new Map<ChildProcess, () => void>();

/** `end` is called when nothing came. */
export const keepIdle = (child: ChildProcess, end: () => void): void => {
  const gone = (): void => take(child);
  // An error is its end, too, and nobody's any more.
  for (const name of ['exit', 'error', 'disconnect'] as const) child.on(name, gone);
  const timer = setTimeout(() => {
    take(child);
    end();
  }, staysFor);
  idle.set(child, () => {
    clearTimeout(timer);
    for (const name of ['exit', 'disconnect'] as const) child.off(name, gone);
  });

  timer.unref();
  child.unref();
  child.channel?.unref();
  unrefOutput(child);
};

const take = (child: ChildProcess): void => {
  idle.get(child)?.();
  idle.delete(child);
};

/** Null where none waits. */
export const takeIdle = (): ChildProcess | null => {
  const [child] = idle.keys();
  if (child === undefined) return null;
  take(child);
  child.ref();
  child.channel?.ref();
  return child;
};

/** What it says to nobody keeps nobody either. */
const unrefOutput = ({ stderr }: ChildProcess): void => {
  if (stderr !== null && 'unref' in stderr && typeof stderr.unref === 'function') stderr.unref();
};
