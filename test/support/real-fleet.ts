import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { connectFleet } from '../../src/client/connect-fleet.ts';
import { homePaths, masterLock, prepareHome, profileDir, profileLock } from '../../src/home/home-paths.ts';
import { isLocked } from '../../src/home/lock.ts';
import { launchRequest, spawnLaunch } from '../../src/master/spawn-launch.ts';
import { stopFleet } from '../../src/master/stop-fleet.ts';
import type { Fleet } from '../../src/protocol/door.ts';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import { parseSettings } from '../../src/settings/settings.ts';
import { version } from '../../src/settings/version.ts';
// Masters that it starts are the built ones (vitest.config.ts).
import './built-program.ts';
import { until } from './until.ts';

const testWorker = fileURLToPath(new URL('./test-worker.ts', import.meta.url));

/** A fleet of its own in a temporary FLEET_HOME, with a real PM2 daemon, a real master and `test-worker.ts` as workers. */
export const createRealFleet = (raw: Readonly<Record<string, string>> = {}) => {
  // Short: PM2's sockets lie in it.
  const home = mkdtempSync('/tmp/zft-');
  const paths = homePaths(home);
  prepareHome(paths);
  const given = {
    PORT: '0',
    BASE_PORT: String(20_000 + Math.floor(Math.random() * 20_000)),
    LOG_LEVEL: 'debug',
    ...raw,
  };
  const loaded = { paths, raw: given, secrets: { OPENAI_KEY: 'sk-test-secret-value' }, settings: parseSettings(given) };
  const request = launchRequest(loaded, { workerScript: testWorker });
  const doors: Fleet[] = [];

  const processes = (): { pid: number; command: string }[] =>
    readdirSync('/proc').flatMap((entry) => {
      if (!/^\d+$/.test(entry)) return [];
      try {
        const environ = readFileSync(`/proc/${entry}/environ`, 'utf8');
        const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        const isOurs = environ.includes(`=${home}\0`) || environ.includes(`=${paths.pm2}\0`) || command.includes(home);
        return isOurs && command !== '' && Number(entry) !== process.pid ? [{ pid: Number(entry), command }] : [];
      } catch {
        // It ended while we looked, or is not ours to look at.
        return [];
      }
    });

  return {
    home,
    paths,
    loaded,
    request,
    open: async (): Promise<Fleet> => {
      const fleet = await connectFleet(loaded, {
        version,
        launch: (again) => spawnLaunch({ ...request, home: again ? 'find' : 'make' }),
      });
      doors.push(fleet);
      return fleet;
    },
    /** Every process that knows this home. */
    processes,
    daemons: () => processes().filter((each) => each.command.includes('God Daemon')),
    masters: () => processes().filter((each) => each.command.startsWith('zap-fleet master')),
    workers: () => processes().filter((each) => each.command.includes('test-worker.ts')),
    profile: (name: string): string => profileDir(paths, parseSessionName(name)),
    /** Puts a file for the test worker of that name. */
    put: (name: string, file: string, text = ''): void => {
      mkdirSync(profileDir(paths, parseSessionName(name)), { recursive: true });
      writeFileSync(join(profileDir(paths, parseSessionName(name)), file), text);
    },
    isProfileLocked: (name: string): boolean => isLocked(profileLock(paths, parseSessionName(name))),
    masterIsLocked: (): boolean => isLocked(masterLock(paths)),
    twins: (): string[] => readdirSync(paths.run).filter((entry) => entry.startsWith('twin-')),
    /** Ends everything and says what was left over. */
    end: async (): Promise<readonly string[]> => {
      await Promise.all(doors.map((door) => door.close()));
      await stopFleet(paths);
      await until(() => processes().length === 0, { within: 15_000, what: 'no process of this fleet' }).catch(
        () => false,
      );
      const left = processes();
      for (const { pid } of left) process.kill(pid, 'SIGKILL');
      const files = readdirSync(paths.run).filter((entry) => entry.endsWith('.sock'));
      if (process.env['ZAP_KEEP'] === undefined)
        rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      return [...left.map((each) => each.command), ...files];
    },
  };
};

export type RealFleet = ReturnType<typeof createRealFleet>;

export const rowNamed = (fleet: Fleet, name: string): SessionRow => {
  const row = fleet.getSnapshot().sessions.find((each) => each.name === name);
  if (row === undefined) throw new Error(`no row ${name}`);
  return row;
};
