import nodeModule from 'node:module';
import type { Milliseconds } from '../session/units.ts';

/** By then everything that a start needs is loaded, and its first rush is over. */
const keepAfter: Milliseconds = 20_000;

/** Where the build's loader of packs (scripts/pack-loader.cjs) leaves how to keep what was compiled of them; from source there is none. */
const keeper = Symbol.for('zap-fleet.keep-packs');

/** `last`: V8's flags change now, and what is compiled under others is of no use to the next start. */
export const keepPacks = ({ last }: { readonly last: boolean }): void => {
  (globalThis as { [keeper]?: (last: boolean) => void })[keeper]?.(last);
};

/**
 * Keeps what V8 compiled for this process in the directory of NODE_COMPILE_CACHE, for the next start. Node does so when a process ends, but ours
 * live for weeks, and one that is killed keeps nothing. Costs nothing where all of it is there already, or where there is no such directory.
 */
export const keepCompiledCode = (): void => {
  if (nodeModule.getCompileCacheDir?.() === undefined) return;

  setTimeout(() => {
    nodeModule.flushCompileCache?.();
    keepPacks({ last: false });
  }, keepAfter).unref();
};
