import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type HomePaths, masterLock, prepareHome } from '../src/home/home-paths.ts';
import { isLocked } from '../src/home/lock.ts';
import { plainBackoff } from '../src/pace/backoff.ts';
import { type WorkerExit, workerExits } from '../src/protocol/worker-exit.ts';
import { FleetError, messageOf } from '../src/session/fleet-error.ts';
import { parseSessionName } from '../src/session/session-name.ts';
import type { SessionState } from '../src/session/session-state.ts';
import type { Milliseconds } from '../src/session/units.ts';
import { bannedReason } from '../src/session/verdict.ts';
import { oldAssistantLine } from '../src/settings/new-session.ts';
import type { Secrets, Settings } from '../src/settings/settings.ts';
import type { Store } from '../src/store/store.ts';
import { createForegroundPrinter, type ForegroundPrinter, type TextOutput } from './session/foreground-printer.ts';
import type { StateBody } from './session/link-view.ts';
import { conversationOpener } from './session/open-conversation.ts';
import { refuseWhereShared } from './session/refuse-shared.ts';
import type { SessionRuntime } from './session/runtime-types.ts';
import { openSessionHost, openSessionLog, StartFailure, workerSecrets } from './session/session-host.ts';
import { createSessionRuntime } from './session/session-runtime.ts';
import { watchHome } from './session/watch-home.ts';
import { anyTime } from './whatsapp/send-right.ts';

export interface RunSessionOptions {
  readonly paths: HomePaths;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly name: string;
  readonly stdout: TextOutput;
  /** Ends it like ctrl+c. */
  readonly signal?: AbortSignal;
  /** Whether the QR is painted in fixed colours. Default: whether stdout is a terminal. */
  readonly colour?: boolean;
}

/** Pauses between tries after a death, as the master makes them. */
const restartPace = { firstMs: 3000, maxMs: 60_000 };
const drainWithin: Milliseconds = 4000;
/** Somebody waits at the terminal: a login in use is said at once. */
const lockWithin: Milliseconds = 1000;

const storedState = (state: StateBody): SessionState => {
  if (state.state === 'banned') return 'failed';
  return state.state === 'broken' ? 'offline' : state.state;
};

/** Without a master nobody else keeps the session's state. */
const keepState = (store: Store, sessionId: string, paths: HomePaths, body: StateBody): void => {
  if (isLocked(masterLock(paths))) return;
  store.sessions.setState(sessionId, {
    state: storedState(body),
    since: body.since,
    reasonCode: body.state === 'banned' ? bannedReason : body.reasonCode,
    reason: body.reason,
  });
};

interface Life {
  readonly exit: WorkerExit | 'asked';
}

/** One life of the session: until it is asked to end, or cannot go on. */
const runOneLife = async (
  options: RunSessionOptions,
  printer: ForegroundPrinter,
  asked: { readonly promise: Promise<void>; hurry: () => void },
): Promise<Life> => {
  const { paths, settings } = options;
  const name = parseSessionName(options.name);
  const secrets = workerSecrets(paths, options.secrets);
  const log = openSessionLog({ paths, settings, secrets, name });
  const home = watchHome({ paths, log, onLost: (why) => printer.line(`${paths.home} is not there any more: ${why}`) });
  home.begin();
  try {
    const host = await openSessionHost({ paths, settings, secrets, name, sessionId: null, log, lockWithin });
    try {
      const { store, session } = host;
      refuseWhereShared(host, settings, secrets);
      const runtime: SessionRuntime = createSessionRuntime({
        session,
        store,
        storeFaults: host.storeFaults,
        paths,
        log,
        outlet: {
          state: (body) => {
            printer.state(body);
            keepState(store, session.id, paths, body);
          },
          code: printer.code,
          activity: (body) => printer.ai(body.ai),
        },
        makeClient: async (current) => printer.watch(await host.makeClient(current, anyTime)),
        openConversation: conversationOpener({ host, paths, settings, life: randomUUID() }),
      });
      asked.hurry = runtime.hurry;
      const starting = runtime.start();
      const exit = await Promise.race([runtime.ended, asked.promise.then((): Life['exit'] => 'asked')]);
      await runtime.drain(exit === 'asked' ? drainWithin : 0);
      await starting;
      if (!isLocked(masterLock(paths))) {
        const since = Date.now();
        store.sessions.setState(session.id, { state: 'stopped', since, reasonCode: null, reason: null });
      }
      return { exit };
    } finally {
      host.close();
    }
  } finally {
    home.close();
    log.close();
  }
};

/**
 * Runs one session in the foreground, without PM2 and without a master (`zap-fleet run NAME`, SINGLE_SESSION_MODE): prints its states,
 * its QR and what is said; ctrl+c ends it after what is in flight, a second one at once. Returns the exit code. Throws
 * `no-such-session`, `refused-by-state` when it runs already or other servers share its Supabase, `failed`.
 */
export const runSession = async (options: RunSessionOptions): Promise<number> => {
  const name = parseSessionName(options.name);
  prepareHome(options.paths);
  const printer = createForegroundPrinter({ stdout: options.stdout, colour: options.colour });
  const assistant = oldAssistantLine(options.settings);
  if (assistant !== null) printer.line(assistant);
  const ask = Promise.withResolvers<void>();
  const asked = { promise: ask.promise, hurry: (): void => undefined };
  let times = 0;
  const controller = new AbortController();
  const onAsk = (): void => {
    times += 1;
    ask.resolve();
    controller.abort();
    if (times === 1) printer.line(`${name} ends what is in flight; once more ends it at once`);
    else asked.hurry();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onAsk);
  options.signal?.addEventListener('abort', onAsk);
  try {
    let deaths = 0;
    for (;;) {
      const startedAt = performance.now();
      const { exit } = await runOneLife(options, printer, asked);
      if (exit === 'asked' || times > 0) {
        printer.line(`${name} stopped`);
        return 0;
      }
      const { again, words } = workerExits[exit];
      if (again !== 'backoff') throw new FleetError('failed', `${name}: ${words}. See its log: ${name}.log`);
      if (performance.now() - startedAt > restartPace.maxMs) deaths = 0;
      const pause = plainBackoff(deaths, restartPace);
      deaths += 1;
      printer.line(`${words}; next try in ${Math.round(pause / 1000)} s`);
      await delay(pause, undefined, { signal: controller.signal }).catch((error: unknown) => {
        if (!(error instanceof Error && error.name === 'AbortError')) throw error;
      });
      if (times > 0) return 0;
    }
  } catch (error) {
    if (error instanceof StartFailure)
      throw error.cause instanceof FleetError
        ? error.cause
        : new FleetError('failed', messageOf(error), { cause: error });
    throw error;
  } finally {
    for (const signal of signals) process.off(signal, onAsk);
    options.signal?.removeEventListener('abort', onAsk);
  }
};
