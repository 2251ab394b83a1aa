import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { TryCalls } from '../../../../workers/session/try-tools.ts';
import { prepareHome } from '../../../home/home-paths.ts';
import { FleetError } from '../../../session/fleet-error.ts';
import type { LoadedSettings } from '../../../settings/load-settings.ts';
import { version } from '../../../settings/version.ts';
import { bundle } from '../bundle.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { storeCommand } from '../store.ts';
import { backup, restore } from './backups.ts';
import { exportSession, purge } from './customer.ts';
import { door } from './door.ts';
import { init } from './init.ts';
import { isMasterRunning } from './is-master-running.ts';
import { master } from './master.ts';
import { run } from './run.ts';
import { service } from './service.ts';
import { storeCheck } from './store-check.ts';
import { storeRepair } from './store-repair.ts';
import { storedNames } from './stored-names.ts';
import { token } from './token.ts';
import { trust } from './trust.ts';
import { tryOut } from './try.ts';
import { upgrade } from './upgrade.ts';
import { cleanup, doctor } from './upkeep.ts';

/** The commands that need more than the door: they are made here, where every room may be imported, and import what they need when they run. */

const browserFinder = async (loaded: LoadedSettings, unpackDirectory: string) => {
  const { findBrowser } = await import('../../../../workers/whatsapp/browser.ts');
  return () =>
    findBrowser({
      browserPath: loaded.settings.BROWSER_PATH,
      browserArgs: loaded.settings.BROWSER_ARGS,
      unpackDirectory,
    });
};

/** A fleet that is not there yet is not made by looking for what is wrong: npm's browser is unpacked elsewhere then. */
const examine = async (context: CommandContext) => {
  const { examine: look } = await import('../../../doctor/doctor.ts');
  const { paths } = context.loaded;
  if (existsSync(paths.home))
    return look(context.loaded, await browserFinder(context.loaded, join(paths.data, 'browser')), process.cwd());

  const unpackDirectory = mkdtempSync(join(tmpdir(), 'zap-fleet-'));
  try {
    return await look(context.loaded, await browserFinder(context.loaded, unpackDirectory), process.cwd());
  } finally {
    rmSync(unpackDirectory, { recursive: true, force: true });
  }
};

const findCleanup = async (context: CommandContext) => {
  const { findLeftovers } = await import('../../../orchestrator/profile/leftovers.ts');
  const { paths } = context.loaded;
  if (existsSync(paths.tokens)) mkdirSync(join(paths.tokens, '.locks'), { recursive: true, mode: 0o700 });
  return findLeftovers(paths, new Set(await storedNames(context.loaded)), Date.now());
};

const runForeground = async (context: CommandContext, name: string): Promise<number> => {
  const { runSession } = await import('../../../../workers/run-session.ts');
  const { paths, settings, secrets } = context.loaded;
  return runSession({
    paths,
    settings,
    secrets,
    name,
    stdout: process.stdout,
    signal: context.signal,
    colour: context.colour,
  });
};

const tryForeground = async (
  context: CommandContext,
  options: { name: string; text: string | undefined; fast: boolean; calls: TryCalls },
): Promise<number> => {
  const { trySession } = await import('../../../../workers/try-session.ts');
  const { paths, settings, secrets } = context.loaded;
  return trySession({
    paths,
    settings,
    secrets,
    ...options,
    stdout: process.stdout,
    stdin: process.stdin,
    signal: context.signal,
    ...(context.language === 'en'
      ? {}
      : { say: (await import('../../../words/portuguese/in-portuguese.ts')).inPortuguese }),
  });
};

/** A bot that only `.env` knows of, as the user's old one was, becomes a session with what `.env` says. True when it was made now. */
const makeSession = async (loaded: LoadedSettings, given: string): Promise<boolean> => {
  const [{ openStore }, { newSessionDefaults }, { parseSessionName }] = await Promise.all([
    import('../../../store/store.ts'),
    import('../../../settings/new-session.ts'),
    import('../../../session/session-name.ts'),
  ]);
  const name = parseSessionName(given);
  prepareHome(loaded.paths);
  const store = openStore(loaded.paths.database);
  try {
    if (store.sessions.get(name) !== null) return false;
    store.sessions.create(
      {
        name,
        label: '',
        engine: 'wppconnect',
        expectedPhone: null,
        author: 'GEMINI_PROMPT',
        ...newSessionDefaults(loaded.settings),
      },
      Date.now(),
    );
    return true;
  } finally {
    store.close();
  }
};

/**
 * SINGLE_SESSION_MODE: the user's way back to one bot without PM2; its session is SESSION_NAME, which is made when there is none of
 * that name yet, or the only one there is.
 */
export const runSingleSession = async (loaded: LoadedSettings): Promise<number> => {
  const names = await storedNames(loaded);
  const name = loaded.settings.SESSION_NAME ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) {
    throw new FleetError(
      'usage',
      `SINGLE_SESSION_MODE runs one session: set SESSION_NAME to one of ${names.length === 0 ? 'yours' : names.join(', ')}.`,
    );
  }
  if (await makeSession(loaded, name)) process.stdout.write(`${name} made, with what .env says\n`);
  const { runSession } = await import('../../../../workers/run-session.ts');
  return runSession({
    paths: loaded.paths,
    settings: loaded.settings,
    secrets: loaded.secrets,
    name,
    stdout: process.stdout,
  });
};

const systemctlWithinMs = 60_000;

const systemctl = async (args: readonly string[]): Promise<number | null> => {
  const { spawnSync } = await import('node:child_process');
  const result = spawnSync('systemctl', [...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: systemctlWithinMs,
  });
  if (result.error !== undefined) {
    throw new FleetError('failed', `systemctl could not be run: ${result.error.message}`, { cause: result.error });
  }
  return result.status;
};

export const operationCommands: readonly CommandSpec[] = [
  bundle,
  storeCommand({ check: storeCheck, repair: storeRepair }),
  tryOut(tryForeground),
  run(runForeground),
  master({
    isRunning: isMasterRunning,
    supervisor: async ({ loaded }) => (await import('../../../master/only-daemon.ts')).supervisorOf(loaded.paths),
    stopFleet: async ({ loaded }) => {
      const { stopFleet } = await import('../../../master/stop-fleet.ts');
      await stopFleet(loaded.paths, { actor: 'you' });
    },
  }),
  init((context) => prepareHome(context.loaded.paths)),
  backup,
  restore,
  exportSession,
  purge,
  token,
  trust,
  service({
    node: process.execPath,
    script: process.argv[1] ?? '',
    cwd: process.cwd(),
    hasSystemd: () => existsSync('/run/systemd/system'),
    systemctl,
  }),
  upgrade({
    version,
    replaceMaster: async ({ loaded }) => {
      const { launchRequest, spawnLaunch } = await import('../../../master/spawn-launch.ts');
      await spawnLaunch(launchRequest(loaded, { replace: true }));
    },
  }),
  doctor(examine),
  cleanup(findCleanup),
  door,
];
