import type { Plugin } from 'esbuild';

export const framePlugins: readonly Plugin[];
