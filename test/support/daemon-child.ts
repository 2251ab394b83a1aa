// `--daemon` as the program runs it, with the test's worker: FLEET_HOME comes from the environment.
import { registerHooks } from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

// Its master is the built one, as vitest.config.ts has it for whoever starts this.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier.endsWith('/entry-scripts.ts')
      ? next(new URL('built-entry-scripts.ts', import.meta.url).href, context)
      : next(specifier, context),
});
const { runDaemon } = await import('../../src/master/supervisor.ts');
const { loadSettings } = await import('../../src/settings/load-settings.ts');

const loaded = loadSettings({ env: process.env, cwd: process.env['FLEET_HOME'] ?? '/' });
const workerScript = fileURLToPath(new URL('./test-worker.ts', import.meta.url));
process.exitCode = await runDaemon(loaded, { workerScript });
