import { defineConfig } from 'vitest/config';
import { buildInk } from './test/support/built-ink.ts';
import { compiledCode } from './test/support/compiled-code.ts';
import { FileOrder, maxWorkers } from './test/support/file-order.ts';
import { filesThatShare, filesThatStartPrograms } from './test/support/shared-process.ts';

// No test asks the real WhatsApp: an incident's probe goes to a port that nobody may listen on.
const env = { ZAP_TEST_PROBE_URL: 'http://127.0.0.1:9/', NODE_COMPILE_CACHE: compiledCode };

const shared = [...filesThatShare(import.meta.dirname)];
const programs = [...filesThatStartPrograms(import.meta.dirname)];
/** Sources that start a master or a worker start the built one. */
const builtEntryScripts = {
  find: /^.*\/entry-scripts\.ts$/,
  replacement: `${import.meta.dirname}/test/support/built-entry-scripts.ts`,
};
/** Screens are drawn with the Ink that users get; the two libraries that ask for Ink get the same one. */
const inkAsBuilt = {
  resolve: { alias: [{ find: /^ink$/, replacement: await buildInk() }] },
  server: { deps: { inline: ['ink-testing-library', 'ink-table'] } },
};
const patience = { testTimeout: 60_000, hookTimeout: 120_000 };

/**
 * `shared` needs nothing but memory and files: its files run in a few processes, one after the other. `unit` are those that need one of their own (why:
 * test/support/shared-process.ts), `programs` start masters and workers by what they import of the sources, and `e2e` drives the built program with real processes. Every file has a home and a PM2 of its own.
 */
const config = defineConfig({
  test: {
    sequence: { sequencer: FileOrder },
    projects: [
      {
        resolve: inkAsBuilt.resolve,
        test: {
          name: 'shared',
          server: inkAsBuilt.server,
          isolate: false,
          maxWorkers,
          include: shared,
          setupFiles: ['test/support/leave-no-trace.ts'],
          env,
          ...patience,
        },
      },
      {
        resolve: inkAsBuilt.resolve,
        test: {
          name: 'unit',
          server: inkAsBuilt.server,
          maxWorkers,
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...shared, ...programs, 'test/{e2e,docs,packaging}/**'],
          env,
          ...patience,
        },
      },
      {
        resolve: { alias: [builtEntryScripts] },
        test: {
          name: 'programs',
          maxWorkers,
          include: programs,
          globalSetup: ['test/support/build-once.ts'],
          env,
          // A dozen processes to start in one test, on a machine that may lend its cores to others.
          testTimeout: 2 * patience.testTimeout,
          hookTimeout: 2 * patience.hookTimeout,
        },
      },
      {
        test: {
          name: 'e2e',
          // Pages and package are tried with the built program, too.
          include: ['test/{e2e,docs,packaging}/**/*.test.{ts,tsx}'],
          env,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          // In one group with the others: they wait for processes, pages and leases more than they work, and others work meanwhile.
          maxWorkers,
          globalSetup: ['test/support/build-once.ts'],
        },
      },
    ],
  },
});

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default config;
