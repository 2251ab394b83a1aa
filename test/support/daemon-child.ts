// `--daemon` as the program runs it, with the test's worker: FLEET_HOME comes from the environment.
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { runDaemon } from '../../src/master/supervisor.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';

const loaded = loadSettings({ env: process.env, cwd: process.env['FLEET_HOME'] ?? '/' });
const workerScript = fileURLToPath(new URL('./test-worker.ts', import.meta.url));
process.exitCode = await runDaemon(loaded, { workerScript });
