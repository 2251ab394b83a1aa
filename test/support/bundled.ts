import { buildSync } from 'esbuild';

/**
 * A program of the tests in one file, `outfile`, with all that it imports: a start from its sources strips types off hundreds of modules, three times
 * the work, each time where the process is killed before Node could keep it.
 */
export const bundle = (entry: string, outfile: string): void => {
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    banner: {
      js: "import { createRequire as requireBeside } from 'node:module'; const require = requireBeside(import.meta.url);",
    },
    legalComments: 'none',
    logLevel: 'warning',
  });
};
