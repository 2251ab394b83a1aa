import nodeModule from 'node:module';
import type { Milliseconds } from '../session/units.ts';

/** By then everything that a start needs is loaded, and its first rush is over. */
const keepAfter: Milliseconds = 20_000;

/**
 * Keeps what V8 compiled for this process in the directory of NODE_COMPILE_CACHE, for the next start. Node does so when a process ends, but ours
 * live for weeks, and one that is killed keeps nothing. Costs nothing where all of it is there already, or where there is no such directory.
 */
export const keepCompiledCode = (): void => {
  if (nodeModule.getCompileCacheDir?.() === undefined) return;

  setTimeout(() => nodeModule.flushCompileCache?.(), keepAfter).unref();
};
