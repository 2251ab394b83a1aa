import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homePaths, prepareHome } from '../../src/home/home-paths.ts';
import { defaultPolicies, type HealthPolicies } from '../../src/orchestrator/health/policies.ts';
import { createPortAllocator } from '../../src/orchestrator/process/port-allocator.ts';
import type { ManagedProcess, ProcessManager, StartSpec } from '../../src/orchestrator/process/process-manager.ts';
import { createWorkerRunner } from '../../src/orchestrator/process/worker-runner.ts';
import type { RunPermit } from '../../src/orchestrator/reconcile/permits.ts';
import type { Room } from '../../src/orchestrator/reconcile/places.ts';
import { createSessionOrchestrator } from '../../src/orchestrator/reconcile/session-orchestrator.ts';
import { createSessionBook } from '../../src/orchestrator/state/session-book.ts';
import {
  type WorkerCommand,
  type WorkerState,
  workerCommandSchema,
  workerProtocolVersion,
} from '../../src/protocol/worker-messages.ts';
import { defaultConfig } from '../../src/session/session-config.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import { openNewStore } from './empty-database.ts';

interface FakeWorker extends ManagedProcess {
  readonly spec: StartSpec;
}

/** An orchestrator on a real store, with processes that exist only here: what they do is in the test's hands. */
export const createFakeFleet = (
  options: {
    readonly maxSessions?: number;
    readonly startingAtOnce?: number;
    readonly policies?: Partial<HealthPolicies>;
    readonly room?: Room;
    readonly permit?: RunPermit;
  } = {},
) => {
  const home = mkdtempSync(join(tmpdir(), 'zff-'));
  const paths = homePaths(home);
  prepareHome(paths);
  const store = openNewStore(paths.database);
  const workers = new Map<string, FakeWorker>();
  const sent: { pmId: number; command: string }[] = [];
  const orders: WorkerCommand[] = [];
  const starts: string[] = [];
  const problems: string[] = [];
  let nextId = 0;
  let failStarts = false;
  let together = 0;
  let mostTogether = 0;

  const pm2: ProcessManager = {
    list: async () => [...workers.values()],
    describe: async (name) => workers.get(name) ?? null,
    start: async (spec) => {
      together += 1;
      mostTogether = Math.max(mostTogether, together);
      await new Promise((done) => setTimeout(done, 5));
      together -= 1;
      if (failStarts) throw new Error('no memory for a process');
      if (workers.has(spec.name)) throw new Error(`a twin of ${spec.name}`);
      starts.push(spec.name);
      // The pid of this very process: it lives.
      const worker = {
        name: spec.name,
        pmId: nextId++,
        pid: process.pid,
        status: 'online',
        startId: spec.env['ZAP_START_ID'] ?? null,
        startedAt: Date.now(),
        isFenced: spec.env['ZAP_FENCE'] !== undefined,
        spec,
      };
      workers.set(spec.name, worker);
      return worker;
    },
    remove: async (name) => {
      await new Promise((done) => setTimeout(done, 5));
      workers.delete(name);
    },
    send: async (pmId, data) => {
      const order = workerCommandSchema.parse(data);
      orders.push(order);
      sent.push({ pmId, command: order.command });
    },
    endDaemon: async () => undefined,
    close: async () => undefined,
  };

  let limit = options.maxSessions ?? 10;
  const build = () => {
    const book = createSessionBook(store, Date.now);
    const ports = createPortAllocator(30_000, async () => true);
    const runner = createWorkerRunner({
      paths,
      store,
      book,
      pm2,
      ports,
      script: '/worker.js',
      environment: { FLEET_HOME: home },
      demo: false,
      now: Date.now,
    });
    const orchestrator = createSessionOrchestrator({
      store,
      book,
      pm2,
      ports,
      runner,
      maxSessions: limit,
      startingAtOnce: options.startingAtOnce ?? 2,
      ...(options.permit === undefined ? {} : { permit: options.permit }),
      ...(options.room === undefined ? {} : { room: () => options.room as Room }),
      policies: {
        ...defaultPolicies,
        backoff: { firstMs: 5, factor: 1, maxMs: 5, jitter: 0, stableMs: 60_000 },
        ...options.policies,
      },
      random: () => 0.5,
      now: Date.now,
      log: (level, text, fields) => {
        if (level === 'error') problems.push(`${text} ${JSON.stringify(fields)}`);
      },
    });
    return { book, orchestrator };
  };
  let master = build();

  const workerOf = (name: string): FakeWorker => {
    const worker = workers.get(`session:${name}`);
    if (worker === undefined) throw new Error(`${name} has no worker`);
    return worker;
  };

  /** Whose message it is. */
  const fromWorker = (name: string) => {
    const { spec } = workerOf(name);
    return {
      v: workerProtocolVersion,
      session: name,
      sessionId: spec.env['ZAP_SESSION_ID'],
      startId: spec.env['ZAP_START_ID'],
      pid: process.pid,
      at: Date.now(),
    };
  };

  return {
    paths,
    store,
    workers,
    sent,
    orders,
    starts,
    problems,
    mostTogether: () => mostTogether,
    get book() {
      return master.book;
    },
    get orchestrator() {
      return master.orchestrator;
    },
    failStarts: (fail: boolean) => {
      failStarts = fail;
    },
    /** The master is gone and another one comes. */
    nextMaster: async (maxSessions?: number, beforeBegin: () => void = () => undefined) => {
      master.orchestrator.close();
      if (maxSessions !== undefined) limit = maxSessions;
      master = build();
      beforeBegin();
      await master.orchestrator.begin();
    },
    add: (name: string, engine: 'simulated' | 'wppconnect' = 'simulated') => {
      const config = defaultConfig();
      store.sessions.create(
        {
          name: parseSessionName(name),
          label: '',
          engine,
          expectedPhone: null,
          config,
          instructions: null,
          author: 'test',
        },
        Date.now(),
      );
      return master.book.add(parseSessionName(name));
    },
    /** What the worker of that name says. */
    says: (
      name: string,
      state: WorkerState,
      why: { code: string | null; words: string | null } = { code: null, words: null },
    ) => {
      master.orchestrator.onMessage('zap:state', {
        ...fromWorker(name),
        state,
        since: Date.now(),
        reasonCode: why.code,
        reason: why.words,
        phone: null,
        lid: null,
        pushName: null,
        nextTryAt: null,
      });
    },
    /** The worker of that name asks whether it may take its login back. */
    conflicts: (name: string, id: string) => {
      master.orchestrator.onMessage('zap:conflict', { ...fromWorker(name), id });
    },
    /** The worker of that name ends by itself. */
    dies: (name: string, exitCode: number) => {
      const { spec } = workerOf(name);
      workers.delete(`session:${name}`);
      const startId = spec.env['ZAP_START_ID'] ?? randomUUID();
      master.orchestrator.onProcess({ kind: 'exit', name: `session:${name}`, startId, exitCode });
    },
    end: () => {
      master.orchestrator.close();
      store.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
};

export type FakeFleet = ReturnType<typeof createFakeFleet>;
