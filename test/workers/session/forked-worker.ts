import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HomePaths, homePaths, prepareHome, profileDir, profileLock } from '../../../src/home/home-paths.ts';
import { isLocked } from '../../../src/home/lock.ts';
import { workerAllocator, workerNodeFlags } from '../../../src/orchestrator/process/worker-memory.ts';
import {
  parseWorkerMessage,
  type WorkerData,
  type WorkerMessage,
  type WorkerMessageType,
  workerProtocolVersion,
} from '../../../src/protocol/worker-messages.ts';
import { aiConfigSchema, filtersSchema, timingConfigSchema } from '../../../src/session/session-config.ts';
import { parseSessionName } from '../../../src/session/session-name.ts';
import type { StoredSession } from '../../../src/store/session-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { controlPhone, type PhoneControl } from '../../../workers/whatsapp/simulated/control.ts';
import type { SimulatedConfig } from '../../../workers/whatsapp/simulated/scenario.ts';
import { writeSimulatedConfig } from '../../../workers/whatsapp/simulated/simulated-config.ts';
import { built } from '../../support/built-program.ts';
import { withCompiledCode } from '../../support/compiled-code.ts';
import { openNewStore } from '../../support/empty-database.ts';
import { until } from '../../support/until.ts';

const script = built('session-worker.js');

/** A fleet's home without a master: the test plays PM2 and the master. */
export interface WorkerHome {
  readonly paths: HomePaths;
  readonly store: Store;
  addSession(name: string, options?: SessionOptions): StoredSession;
  start(session: StoredSession, options?: { port?: number; env?: Record<string, string> }): ForkedWorker;
  phone(session: StoredSession): Promise<PhoneControl>;
  profile(session: StoredSession): string;
  isProfileLocked(session: StoredSession): boolean;
  /** Kills what still runs; returns how many there were, so that a test can say that it left none. */
  close(): Promise<number>;
}
export interface SessionOptions {
  readonly phone?: SimulatedConfig;
  readonly engine?: 'simulated' | 'wppconnect';
  readonly expectedPhone?: string | null;
  readonly ai?: Record<string, unknown>;
  readonly timing?: Record<string, unknown>;
  readonly filters?: Record<string, unknown>;
}

export interface ForkedWorker {
  readonly child: ChildProcess;
  readonly startId: string;
  readonly messages: WorkerMessage[];
  readonly problems: string[];
  readonly stderr: () => string;
  last<T extends WorkerMessageType>(type: T): WorkerData<T> | undefined;
  state(wanted: string, within?: number): Promise<WorkerData<'zap:state'>>;
  /** Sends a command and waits for its result. */
  ask(command: Record<string, unknown>, within?: number): Promise<WorkerData<'zap:result'>>;
  exited(within?: number): Promise<{ code: number | null; signal: NodeJS.Signals | null; took: number }>;
}

/** Answers at once and in one piece. */
export const quickTiming = {
  quietMs: 30,
  maxWaitMs: 2000,
  readingDelayMs: 0,
  typing: false,
  jitter: 0,
  pauseBetweenPartsMs: 0,
  charactersPerSecond: 1000,
  maxPerChatHour: 0,
  maxPerChatDay: 0,
};

export const openWorkerHome = (): WorkerHome => {
  const paths = homePaths(mkdtempSync(join(tmpdir(), 'zfw-')));
  prepareHome(paths);
  const store = openNewStore(paths.database);
  const children = new Set<ChildProcess>();

  return {
    paths,
    store,
    addSession: (given, options = {}) => {
      const name = parseSessionName(given);
      if (options.phone !== undefined) writeSimulatedConfig(profileDir(paths, name), options.phone);
      return store.sessions.create(
        {
          name,
          label: '',
          engine: options.engine ?? 'simulated',
          expectedPhone: options.expectedPhone ?? null,
          config: {
            ai: aiConfigSchema.parse({ provider: 'echo', ...options.ai }),
            timing: timingConfigSchema.parse({ ...quickTiming, ...options.timing }),
            filters: filtersSchema.parse({ ...options.filters }),
          },
          instructions: null,
          author: 'test',
        },
        Date.now(),
      );
    },
    start: (session, options = {}) => {
      const startId = randomUUID();
      const child = fork(script, [], {
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: process.env['HOME'] ?? '',
          ...withCompiledCode,
          FLEET_HOME: paths.home,
          ZAP_SESSION: session.name,
          ZAP_SESSION_ID: session.id,
          ZAP_START_ID: startId,
          ZAP_PORT: String(options.port ?? 0),
          ...workerAllocator,
          ...options.env,
        },
        // As the master has PM2 start it.
        execArgv: [...workerNodeFlags],
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      });
      children.add(child);
      const messages: WorkerMessage[] = [];
      const problems: string[] = [];
      let errors = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        errors += chunk.toString();
      });
      child.stdout?.resume();
      child.on('message', (raw: { type: string; data: unknown }) => {
        const parsed = parseWorkerMessage(raw.type, raw.data);
        if ('problem' in parsed) problems.push(parsed.problem);
        else messages.push(parsed.message);
      });
      let exit: { code: number | null; signal: NodeJS.Signals | null } | null = null;
      child.on('exit', (code, signal) => {
        exit = { code, signal };
        children.delete(child);
      });
      const last = <T extends WorkerMessageType>(type: T): WorkerData<T> | undefined =>
        messages.findLast((message) => message.type === type)?.data as WorkerData<T> | undefined;
      return {
        child,
        startId,
        messages,
        problems,
        stderr: () => errors,
        last,
        state: (wanted, within = 15_000) =>
          until(
            () => {
              const state = last('zap:state');
              if (state?.state === wanted) return state;
              if (exit !== null) throw new Error(`the worker ended: ${JSON.stringify(exit)} ${errors}`);
              return undefined;
            },
            { within, what: `state ${wanted}` },
          ),
        ask: async (command, within = 10_000) => {
          const id = randomUUID();
          child.send({
            type: 'process:msg',
            topic: 'zap:command',
            data: { v: workerProtocolVersion, id, ...command },
          });
          return until(
            () =>
              messages.find((message) => message.type === 'zap:result' && message.data.id === id)?.data as
                | WorkerData<'zap:result'>
                | undefined,
            { within, what: `the result of ${String(command['command'])}` },
          );
        },
        exited: async (within = 10_000) => {
          const from = performance.now();
          const result = await until(() => exit, { within, what: 'the exit of the worker' });
          return { ...result, took: performance.now() - from };
        },
      };
    },
    phone: (session) =>
      until(
        async () => {
          const control = await controlPhone(profileDir(paths, session.name), 30_000);
          return control;
        },
        { what: 'the control socket' },
      ),
    profile: (session) => profileDir(paths, session.name),
    isProfileLocked: (session) => isLocked(profileLock(paths, session.name)),
    close: async () => {
      const left = [...children];
      for (const child of left) child.kill('SIGKILL');
      await until(() => children.size === 0, { what: 'the last worker to end' });
      store.close();
      rmSync(paths.home, { recursive: true, force: true });
      return left.length;
    },
  };
};
