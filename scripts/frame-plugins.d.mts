import type { Plugin } from 'esbuild';

export const framePlugins: readonly Plugin[];

/** Yoga's WebAssembly: the bytes of `yoga.wasm`, which the built Ink looks for beside itself. */
export const yogaWebAssembly: () => Uint8Array;
