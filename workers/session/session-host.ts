import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type HomePaths, profileDir, profileLock, sessionLog } from '../../src/home/home-paths.ts';
import { type Lock, waitForLock } from '../../src/home/lock.ts';
import { logSalt } from '../../src/log/log-salt.ts';
import { createLogger, type Logger } from '../../src/log/logger.ts';
import type { WorkerExit } from '../../src/protocol/worker-exit.ts';
import type { Engine } from '../../src/session/engine.ts';
import { FleetError, messageOf } from '../../src/session/fleet-error.ts';
import type { SessionName } from '../../src/session/session-name.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import { readSecrets } from '../../src/settings/secrets-file.ts';
import type { Secrets, Settings } from '../../src/settings/settings.ts';
import type { StoredSession } from '../../src/store/session-store.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { storeFaultOf } from '../../src/store/store-fault.ts';
import { createStoreFaults, type StoreFaults } from '../../src/store/store-faults.ts';
import type { SendRight } from '../whatsapp/send-right.ts';
import type { WhatsAppClient } from '../whatsapp/whatsapp-client.ts';

/** What one session needs around it: its log, its login's lock, the store, its phone's engine. */
export interface SessionHost {
  readonly log: Logger;
  readonly store: Store;
  /** What the store says of itself, statement by statement. */
  readonly storeFaults: StoreFaults;
  readonly session: StoredSession;
  readonly secrets: Secrets;
  /** `right`: whether this process may speak for the number. */
  makeClient(session: StoredSession, right: SendRight): Promise<WhatsAppClient>;
  /** Last: the lock says to the master that this login is free. */
  close(): void;
}

/** A start that cannot succeed, with the exit that tells the master why. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
  readonly exit: WorkerExit;

  constructor(exit: WorkerExit, cause: unknown) {
    super(messageOf(cause), { cause });
    this.exit = exit;
  }
}

/** A worker that was killed needs a moment until its lock is free; a draining one up to 8 s. */
const lockDeadline: Milliseconds = 10_000;

export const openSessionLog = (options: {
  readonly paths: HomePaths;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly name: SessionName;
}): Logger => {
  const { paths, settings } = options;
  return createLogger({
    file: sessionLog(paths, options.name),
    level: settings.LOG_LEVEL,
    maxBytes: settings.LOG_MAX_BYTES,
    keep: settings.LOG_KEEP,
    fullNumbers: settings.LOG_FULL_NUMBERS,
    secrets: Object.values(options.secrets),
    salt: logSalt(join(paths.data, 'log-salt')),
  });
};

/** The secrets that the master handed on; those of `own` (a foreground run's environment) win. */
export const workerSecrets = (paths: HomePaths, own: Secrets): Secrets => ({
  ...readSecrets(paths.secretsFile),
  ...own,
});

interface ClientOptions {
  readonly paths: HomePaths;
  readonly settings: Settings;
  readonly log: Logger;
  readonly right: SendRight;
}

/** How each engine's phone is made. An engine's code is loaded by the worker that needs it, and by no other. */
const clientMakers: Readonly<
  Record<Engine, (session: StoredSession, options: ClientOptions) => Promise<WhatsAppClient>>
> = {
  simulated: async (session, { paths, log, right }) => {
    const { createSimulatedClient } = await import('../whatsapp/simulated/simulated-client.ts');
    const { readSimulatedConfig } = await import('../whatsapp/simulated/simulated-config.ts');
    const directory = profileDir(paths, session.name);

    return createSimulatedClient({
      profileDir: directory,
      ...readSimulatedConfig(directory, session.name),
      log,
      right,
    });
  },

  wppconnect: async (session, { paths, settings, log, right }) => {
    const { findBrowser } = await import('../whatsapp/browser.ts');
    const { createWppconnectClient } = await import('../whatsapp/wppconnect/wppconnect-client.ts');
    const browser = findBrowser({
      browserPath: settings.BROWSER_PATH,
      browserArgs: settings.BROWSER_ARGS,
      // 200 MB that every session shares.
      unpackDirectory: join(paths.data, 'browser'),
    });

    return createWppconnectClient({
      sessionName: session.name,
      profileDir: profileDir(paths, session.name),
      browser,
      whatsappVersion: settings.WHATSAPP_VERSION,
      savedPages: { baseUrl: settings.WHATSAPP_PAGES_BASE_URL, directory: join(paths.data, 'pages') },
      log,
      right,
    });
  },
};

const noSuchSession = (name: SessionName): FleetError =>
  new FleetError('no-such-session', `there is no session ${name}. See: zap-fleet ls`);

/** Takes the login's lock (waiting a bounded time), opens the store and finds the session. Throws `StartFailure`. */
export const openSessionHost = async (options: {
  readonly paths: HomePaths;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly name: SessionName;
  /** Null: whichever session has the name now. */
  readonly sessionId: string | null;
  readonly log: Logger;
  readonly lockWithin?: Milliseconds;
}): Promise<SessionHost> => {
  const { paths, name, log, settings } = options;
  const failure = (exit: WorkerExit, cause: unknown): StartFailure => new StartFailure(exit, cause);
  let lock: Lock | null;
  try {
    lock = await waitForLock(profileLock(paths, name), options.lockWithin ?? lockDeadline);
  } catch (error) {
    throw failure('profile-busy', error);
  }
  if (lock === null)
    throw failure(
      'profile-busy',
      new FleetError('refused-by-state', `${name} is already running: another process holds its login. Stop it first.`),
    );
  const held = lock;
  const storeFaults = createStoreFaults();
  let store: Store;
  try {
    // A worker never makes a store: an empty one would say that there is no session.
    if (!existsSync(paths.database)) throw new FleetError('failed', `${paths.database} is missing`);
    store = openStore(paths.database, { onFault: storeFaults.report });
  } catch (error) {
    held.release();
    throw options.sessionId === null && !existsSync(paths.database)
      ? failure('wrong-start', noSuchSession(name))
      : failure('store-unusable', error);
  }
  const close = (): void => {
    store.close();
    held.release();
  };
  try {
    const session = options.sessionId === null ? store.sessions.get(name) : store.sessions.byId(options.sessionId);
    if (session === null || session.name !== name) throw noSuchSession(name);
    return {
      log,
      store,
      storeFaults,
      session,
      secrets: options.secrets,
      makeClient: (current, right) => clientMakers[current.engine](current, { paths, settings, log, right }),
      close,
    };
  } catch (error) {
    close();
    throw failure(storeFaultOf(error) === null ? 'wrong-start' : 'store-unusable', error);
  }
};
