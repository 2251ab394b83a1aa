import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { keepCompiledCode } from '../src/home/compiled-code.ts';
import type { Logger } from '../src/log/logger.ts';
import { workerExits } from '../src/protocol/worker-exit.ts';
import { workerEnvironmentSchema } from '../src/protocol/worker-messages.ts';
import { fenceOfText, machineClocks } from '../src/session/fence.ts';
import { messageOf } from '../src/session/fleet-error.ts';
import { plainText } from '../src/session/plain-text.ts';
import { parseSessionName } from '../src/session/session-name.ts';
import type { Milliseconds } from '../src/session/units.ts';
import { loadSettings } from '../src/settings/load-settings.ts';
import { createFenceKeeper, type FenceKeeper } from './session/fence-keeper.ts';
import { type IpcChannel, openIpcChannel } from './session/ipc-channel.ts';
import { runMasterCommand } from './session/master-commands.ts';
import { conversationOpener } from './session/open-conversation.ts';
import type { SessionRuntime } from './session/runtime-types.ts';
import {
  openSessionHost,
  openSessionLog,
  type SessionHost,
  StartFailure,
  workerSecrets,
} from './session/session-host.ts';
import { createSessionRuntime } from './session/session-runtime.ts';
import { openStatusServer } from './session/status-server.ts';
import { createWorkerStop, type StopWorker } from './session/stop-worker.ts';
import { openVitals } from './session/vitals.ts';
import { watchFaults } from './session/watch-faults.ts';
import { type HomeWatch, watchHome } from './session/watch-home.ts';
import { newLiveWorker, type WorkerCore } from './session/worker-core.ts';
import { workerHealth, workerStatus } from './session/worker-status.ts';

/**
 * The process that PM2 runs for one session. It ends by itself only with a code of `workerExits`; SIGINT, SIGTERM, the command `drain`
 * and the loss of PM2's daemon end it after what is in flight, in under 8 s; a second signal hurries.
 */

const heartbeatEvery: Milliseconds = 5000;

const startWrongly = (error: unknown): never => {
  process.stderr.write(`session-worker: ${plainText(messageOf(error))}\n`);
  process.exit(workerExits['wrong-start'].code);
};

const startWithoutHome = (home: string): never => {
  process.stderr.write(`session-worker: ${plainText(home)} is not there: moved or unmounted?\n`);
  process.exit(workerExits['store-unusable'].code);
};

const readStart = () => {
  try {
    const environment = workerEnvironmentSchema.parse(process.env);
    const name = parseSessionName(environment.ZAP_SESSION);
    // The master passes its settings on in our environment, so the working directory's .env is not asked again.
    const loaded = loadSettings({ env: process.env, cwd: environment.FLEET_HOME, home: environment.FLEET_HOME });
    // A home that went away is not made anew.
    if (!existsSync(loaded.paths.data)) return startWithoutHome(loaded.paths.home);

    const secrets = workerSecrets(loaded.paths, loaded.secrets);
    mkdirSync(join(loaded.paths.tokens, '.locks'), { recursive: true, mode: 0o700 });
    return { environment, name, ...loaded, secrets };
  } catch (error) {
    if (error instanceof z.ZodError)
      return startWrongly(new Error(`${error.issues[0]?.path.join('.')} is missing: the master starts workers`));
    return startWrongly(error);
  }
};

/** Whatever ends this process from outside. A second signal hurries. */
const stopOnSignals = (log: Logger, channel: IpcChannel, home: HomeWatch, stop: StopWorker): void => {
  watchFaults(log, () => stop('crashed', 'an error that nobody expected'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop('done', signal));
  // A home that went away takes PM2's daemon with it: then nothing is drained any more.
  channel.onDisconnect(() => void home.look().then(() => stop('orphaned', "PM2's daemon is gone")));
};

/** What the master asks of this worker, and what it hears of it by itself. */
const serveMaster = (
  { channel, log, vitals, live }: WorkerCore,
  runtime: SessionRuntime,
  fence: FenceKeeper,
  stop: StopWorker,
): void => {
  const publishReport = (): void =>
    channel.publish('zap:report', {
      state: runtime.state(),
      code: runtime.code(),
      activity: runtime.activity(),
      vitals: vitals.read(),
    });
  channel.onCommand((command) => {
    log.debug('command', { command: command.command });
    void runMasterCommand(
      { runtime, fence, publish: channel.publish, log, report: publishReport, stop: (why) => stop('done', why) },
      command,
    );
  });

  const beat = (): void => channel.publish('zap:heartbeat', vitals.read());
  live.heartbeat = setInterval(beat, heartbeatEvery);
  beat();
};

const main = async (): Promise<void> => {
  process.umask(0o077);
  const { environment, name, settings, secrets, paths } = readStart();
  const log: Logger = openSessionLog({ paths, settings, secrets, name });
  const identity = { session: name, sessionId: environment.ZAP_SESSION_ID, startId: environment.ZAP_START_ID };
  const channel = openIpcChannel(process, identity, log);
  process.title = `zap-fleet worker ${name}`;
  log.info('worker starts', { pid: process.pid, startId: identity.startId, node: process.version });

  const live = newLiveWorker();
  const vitals = openVitals({
    browserPid: () => live.runtime?.browserPid() ?? null,
    port: () => live.server?.port ?? null,
  });
  const core: WorkerCore = { identity, log, channel, vitals, live };
  const stop = createWorkerStop(core);
  const home = watchHome({ paths, log });
  home.begin();
  stopOnSignals(log, channel, home, stop);
  const fence = createFenceKeeper({
    first: environment.ZAP_FENCE === undefined ? null : fenceOfText(environment.ZAP_FENCE),
    clocks: machineClocks,
    onOver: () => stop('fenced', workerExits.fenced.words),
    ask: (id) => channel.publish('zap:conflict', { id }),
  });
  fence.begin();

  let host: SessionHost;
  try {
    live.server = await openStatusServer({
      port: environment.ZAP_PORT,
      health: () => workerHealth(core),
      status: () => workerStatus(core),
      log,
    });
    host = await openSessionHost({ paths, settings, secrets, name, sessionId: identity.sessionId, log });
    live.host = host;
  } catch (error) {
    log.error('worker cannot start', { error });
    process.stderr.write(`${name}: ${plainText(messageOf(error))}\n`);
    stop(error instanceof StartFailure ? error.exit : 'crashed', plainText(messageOf(error)));
    return;
  }
  const { port } = live.server;
  try {
    if (port !== host.session.port) host.store.sessions.setPort(host.session.id, port);
  } catch (error) {
    log.error('worker cannot start', { error });
    stop('store-unusable', plainText(messageOf(error)));
    return;
  }

  const runtime = createSessionRuntime({
    session: host.session,
    store: host.store,
    storeFaults: host.storeFaults,
    paths,
    log,
    outlet: {
      state: (body) => channel.publish('zap:state', body),
      code: (body) => channel.publish('zap:qr', body),
      activity: (body) => channel.publish('zap:activity', body),
    },
    makeClient: (session) => host.makeClient(session, fence),
    openConversation: conversationOpener({ host, paths, settings, life: identity.startId }),
  });
  live.runtime = runtime;
  runtime.ended.then(
    (exit) => stop(exit, workerExits[exit].words),
    (error: unknown) => log.error('the end did not come well', { error }),
  );
  serveMaster(core, runtime, fence, stop);
  keepCompiledCode();

  if (live.isStopping) return;
  await runtime.start();
};

void main();
