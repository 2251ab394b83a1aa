// `--daemon` as the program runs it, with workers whose clock a test can set. FLEET_HOME comes from the environment.
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { runDaemon } from '../../src/master/supervisor.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';

const loaded = loadSettings({ env: process.env, cwd: process.env['FLEET_HOME'] ?? '/' });
const workerScript = fileURLToPath(new URL('./clock-worker.ts', import.meta.url));
process.exitCode = await runDaemon(loaded, { workerScript });
