import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../src/log/logger.ts';
import { type WorkerExit, workerExits } from '../src/protocol/worker-exit.ts';
import { workerEnvironmentSchema } from '../src/protocol/worker-messages.ts';
import { messageOf } from '../src/session/fleet-error.ts';
import { maskPhone } from '../src/session/phone.ts';
import { plainText } from '../src/session/plain-text.ts';
import { parseSessionName } from '../src/session/session-name.ts';
import type { Milliseconds } from '../src/session/units.ts';
import { loadSettings } from '../src/settings/load-settings.ts';
import { runCommand } from './session/commands.ts';
import { openIpcChannel } from './session/ipc-channel.ts';
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
import { openStatusServer, type StatusServer } from './session/status-server.ts';
import { openVitals } from './session/vitals.ts';
import { watchFaults } from './session/watch-faults.ts';

/**
 * The process that PM2 runs for one session. It ends by itself only with a code of `workerExits`; SIGINT, SIGTERM, the command `drain`
 * and the loss of PM2's daemon end it after what is in flight, in under 8 s; a second signal hurries.
 */

/** What is in flight gets this long; then Chromium is closed. PM2 kills after 8.5 s (facts/services.md). */
const drainWithin: Milliseconds = 4000;
const stopWithin: Milliseconds = 7500;
const heartbeatEvery: Milliseconds = 5000;

const startWrongly = (error: unknown): never => {
  process.stderr.write(`session-worker: ${plainText(messageOf(error))}\n`);
  process.exit(workerExits['wrong-start'].code);
};

const readStart = () => {
  try {
    const environment = workerEnvironmentSchema.parse(process.env);
    const name = parseSessionName(environment.ZAP_SESSION);
    // The master passes its settings on in our environment, so the working directory's .env is not asked again.
    const loaded = loadSettings({ env: process.env, cwd: environment.FLEET_HOME, home: environment.FLEET_HOME });
    const secrets = workerSecrets(loaded.paths, loaded.secrets);
    mkdirSync(join(loaded.paths.tokens, '.locks'), { recursive: true, mode: 0o700 });
    return { environment, name, ...loaded, secrets };
  } catch (error) {
    if (error instanceof z.ZodError)
      return startWrongly(new Error(`${error.issues[0]?.path.join('.')} is missing: the master starts workers`));
    return startWrongly(error);
  }
};

const main = async (): Promise<void> => {
  process.umask(0o077);
  const { environment, name, settings, secrets, paths } = readStart();
  const log: Logger = openSessionLog({ paths, settings, secrets, name });
  const identity = { session: name, sessionId: environment.ZAP_SESSION_ID, startId: environment.ZAP_START_ID };
  const channel = openIpcChannel(process, identity, log);
  process.title = `zap-fleet worker ${name}`;
  log.info('worker starts', { pid: process.pid, startId: identity.startId, node: process.version });

  let host: SessionHost | null = null;
  let runtime: SessionRuntime | null = null;
  let server: StatusServer | null = null;
  const vitals = openVitals({ browserPid: () => runtime?.browserPid() ?? null, port: () => server?.port ?? null });
  let heartbeat: NodeJS.Timeout | undefined;

  let stopping = false;
  const stop = (exit: WorkerExit, why: string): void => {
    if (stopping) {
      runtime?.hurry();
      return;
    }
    stopping = true;
    log.info('worker stops', { why, exit });
    const finish = (words: string): void => {
      log.info(words, { exit, code: workerExits[exit].code });
      log.close();
      process.exit(workerExits[exit].code);
    };
    // Whatever hangs now: everything that matters is in the store, and Chromium dies with its pipe.
    setTimeout(() => finish('worker stops without waiting any longer'), stopWithin);
    clearInterval(heartbeat);
    const end = async (): Promise<void> => {
      await runtime?.drain(exit === 'crashed' ? 0 : drainWithin);
      await server?.close();
      await channel.flushed(500);
      vitals.close();
      host?.close();
    };
    end().then(
      () => finish('worker stopped'),
      (error: unknown) => {
        log.error('worker did not stop well', { error });
        finish('worker stopped');
      },
    );
  };

  watchFaults(log, () => stop('crashed', 'an error that nobody expected'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop('done', signal));
  channel.onDisconnect(() => stop('orphaned', "PM2's daemon is gone"));

  const health = (): object => ({
    ok: true,
    session: name,
    pid: process.pid,
    startId: identity.startId,
    uptimeMs: Math.round(process.uptime() * 1000),
    eventLoopLagMs: vitals.lastLag(),
  });
  try {
    server = await openStatusServer({
      port: environment.ZAP_PORT,
      health,
      status: () => {
        const state = runtime?.state();
        return {
          ...health(),
          engine: host?.session.engine ?? null,
          state: state?.state ?? 'starting',
          since: state?.since ?? null,
          reasonCode: state?.reasonCode ?? null,
          reason: state?.reason ?? null,
          phone: state?.phone ? maskPhone(state.phone) : null,
          ...runtime?.activity(),
          browserPid: runtime?.browserPid() ?? null,
        };
      },
      log,
    });
    host = await openSessionHost({
      paths,
      settings,
      secrets,
      name,
      sessionId: environment.ZAP_SESSION_ID,
      log,
    });
  } catch (error) {
    log.error('worker cannot start', { error });
    process.stderr.write(`${name}: ${plainText(messageOf(error))}\n`);
    stop(error instanceof StartFailure ? error.exit : 'crashed', plainText(messageOf(error)));
    return;
  }
  const opened = host;
  if (server.port !== opened.session.port) opened.store.sessions.setPort(opened.session.id, server.port);
  const live = createSessionRuntime({
    session: opened.session,
    store: opened.store,
    paths,
    log,
    outlet: {
      state: (body) => channel.publish('zap:state', body),
      code: (body) => channel.publish('zap:qr', body),
      activity: (body) => channel.publish('zap:activity', body),
    },
    makeClient: opened.makeClient,
    openConversation: conversationOpener({ host: opened, paths, settings, life: identity.startId }),
  });
  runtime = live;
  const report = (): void =>
    channel.publish('zap:report', {
      state: live.state(),
      code: live.code(),
      activity: live.activity(),
      vitals: vitals.read(),
    });
  channel.onCommand((command) => {
    log.debug('command', { command: command.command });
    void runCommand(
      { runtime: live, publish: channel.publish, log, report, stop: (why) => stop('done', why) },
      command,
    );
  });
  live.ended.then(
    (exit) => stop(exit, workerExits[exit].words),
    (error: unknown) => log.error('the end did not come well', { error }),
  );
  heartbeat = setInterval(() => channel.publish('zap:heartbeat', vitals.read()), heartbeatEvery);
  channel.publish('zap:heartbeat', vitals.read());
  if (stopping) return;
  await live.start();
};

await main();
