import type { Plugin } from 'esbuild';

export const builtinsWhenUsed: Plugin;
