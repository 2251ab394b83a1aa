import { defineConfig } from 'vitest/config';
import { buildInk } from './test/support/built-ink.ts';
import { compiledCode } from './test/support/compiled-code.ts';
import { FileOrder, maxWorkers } from './test/support/file-order.ts';
import { allFiles, filesThatShare } from './test/support/shared-process.ts';

const root = import.meta.dirname;
const shared = [...filesThatShare(root)];
const alone = allFiles(root).filter((file) => !shared.includes(file));

/** What both have: one process more or less must not change what a test sees. */
const options = {
  maxWorkers,
  // No test asks the real WhatsApp: an incident's probe goes to a port that nobody may listen on.
  env: { ZAP_TEST_PROBE_URL: 'http://127.0.0.1:9/', NODE_COMPILE_CACHE: compiledCode },
  globalSetup: ['test/support/build-once.ts'],
  // Two libraries ask for Ink: they get the same one.
  server: { deps: { inline: ['ink-testing-library', 'ink-table'] } },
};
const resolve = {
  alias: [
    // Screens are drawn with the Ink that users get.
    { find: /^ink$/, replacement: await buildInk() },
    // Sources that start a master or a worker start the built one.
    { find: /^.*\/entry-scripts\.ts$/, replacement: `${root}/test/support/built-entry-scripts.ts` },
  ],
};

/**
 * The files of `shared` run in a few processes, one after the other; those of `alone` need one of their own (why: test/support/shared-process.ts). Every
 * file that starts a fleet gives it a home and a PM2 of its own.
 */
const config = defineConfig({
  test: {
    sequence: { sequencer: FileOrder },
    projects: [
      {
        resolve,
        test: {
          ...options,
          name: 'shared',
          isolate: false,
          include: shared,
          setupFiles: ['test/support/patience.ts', 'test/support/leave-no-trace.ts'],
        },
      },
      { resolve, test: { ...options, name: 'alone', include: alone, setupFiles: ['test/support/patience.ts'] } },
    ],
  },
});

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default config;
