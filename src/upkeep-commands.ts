import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import type { CommandSpec } from './commands/command.ts';
import { service } from './commands/service.ts';
import { upgrade } from './commands/upgrade.ts';
import { version } from './version.ts';

/** `service` and `upgrade` with what they need of the machine and of the master's start. */

const systemctl = (args: readonly string[]): Promise<number | null> =>
  new Promise((done) => {
    // The one documented sign that systemd is this machine's init (sd_booted).
    if (!existsSync('/run/systemd/system')) return done(null);
    const child = spawn('systemctl', [...args], { stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', () => done(null));
    child.once('exit', (code) => done(code));
    return undefined;
  });

export const upkeepCommands: readonly CommandSpec[] = [
  service({ node: process.execPath, script: resolve(process.argv[1] ?? 'zap-fleet'), cwd: process.cwd(), systemctl }),
  upgrade({
    version,
    replaceMaster: async ({ loaded }) => {
      const { launchRequest, spawnLaunch } = await import('./master/spawn-launch.ts');
      await spawnLaunch(launchRequest(loaded, { replace: true }));
    },
  }),
];
