import { createKeyedQueue } from '../../pace/queue.ts';
import type { PendingOperation } from '../../protocol/fleet.ts';
import { parseWorkerMessage } from '../../protocol/worker-messages.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import type { DesiredState } from '../../session/session-state.ts';
import type { Milliseconds } from '../../session/units.ts';
import { defaultPolicies } from '../health/policies.ts';
import type { ProcessEvent } from '../process/process-manager.ts';
import { createWorkerChannel, type WorkerChannel, type WorkerOrder } from '../process/worker-channel.ts';
import { judgeExit } from '../process/worker-exits.ts';
import { createReportFolder } from '../process/worker-reports.ts';
import { forgetWorker, isParked, type ManagedSession, type WorkerRef } from '../state/managed-session.ts';
import { incidentReason, noReason, type Why } from '../state/session-book.ts';
import type { OrchestratorOptions } from './orchestrator-options.ts';
import { createPermits, type Permits } from './permits.ts';
import { createPlaces } from './places.ts';
import { clearNextTry, createReconcile, type Runtime } from './reconcile.ts';
import { createRestarts } from './restarts.ts';
import { isProcessAlive, takeOver } from './take-over.ts';

/**
 * Brings every session to its desired state: one idempotent reconcile for each, one step at a time, run again whenever something
 * changed. Commands write the desired state and kick; nothing else starts or stops a worker.
 */

/** Finds what no event told: a worker that died while PM2's bus was away, a desired state that another process wrote. */
const lookEvery: Milliseconds = 5000;

export interface SessionOrchestrator {
  /** Takes over what runs already and brings the rest to its desired state. */
  begin(): Promise<void>;
  onProcess(event: ProcessEvent): void;
  onMessage(type: string, data: unknown): void;
  /** Writes the desired state and kicks. `again`: also a worker that runs is ended and started. */
  want(
    session: ManagedSession,
    desired: DesiredState,
    options?: { again?: boolean; force?: boolean; actor?: string },
  ): void;
  readonly permits: Permits;
  /** Runs `work` when no other step of this session runs; refuses while another operation is pending. */
  exclusively<T>(session: ManagedSession, kind: PendingOperation['kind'], work: () => Promise<T>): Promise<T>;
  stopWorker(session: ManagedSession): Promise<void>;
  /** Ends a worker that should not go on and starts it again after its backoff, as if it had crashed. */
  failWorker(session: ManagedSession, why: Why): void;
  /** Ends a worker and leaves the session to a person. */
  park(session: ManagedSession, state: 'waiting' | 'failed', why: Why): void;
  /** An incident does not pause this session any more: it starts when its turn comes. */
  resume(session: ManagedSession): void;
  tell(session: ManagedSession, order: WorkerOrder): Promise<void>;
  ask(session: ManagedSession, order: WorkerOrder, within: Milliseconds): Promise<readonly string[]>;
  kick(session: ManagedSession): void;
  kickAll(): void;
  /** Stops every worker at the same time and keeps what is wanted; nothing starts any more. */
  drain(): Promise<void>;
  close(): void;
}

export const createSessionOrchestrator = (options: OrchestratorOptions): SessionOrchestrator => {
  const { store, book, pm2, runner, now, log } = options;
  const policies = options.policies ?? defaultPolicies;
  const restarts = createRestarts({ store, book, policies, random: options.random ?? Math.random, now });
  const runtimes = new WeakMap<ManagedSession, Runtime>();
  const { run: inTurn } = createKeyedQueue<ManagedSession>();
  const channel: WorkerChannel = createWorkerChannel((pmId, data) => pm2.send(pmId, data));
  const foldReport = createReportFolder(book, now);
  let draining = false;
  let closed = false;
  let looking: NodeJS.Timeout | null = null;

  const runtimeOf = (session: ManagedSession): Runtime => {
    let runtime = runtimes.get(session);
    if (runtime === undefined) {
      runtime = { queued: false, askedAt: null, nextTry: null };
      runtimes.set(session, runtime);
    }
    return runtime;
  };

  const wanted = (session: ManagedSession): boolean =>
    !session.removed && !draining && !session.surplus && session.stored.desiredState === 'running';

  const places = createPlaces({
    book,
    maxSessions: options.maxSessions,
    startingAtOnce: options.startingAtOnce,
    room: options.room ?? (() => ({ machine: null, memoryOf: () => null })),
    policy: policies.admission,
    wanted,
    askedAt: (session) => runtimeOf(session).askedAt,
    now,
  });

  const permits = createPermits({
    permit: options.permit,
    book,
    runner,
    inTurn,
    kick: (session) => kick(session),
    isClosed: () => closed,
    now,
    log,
  });

  const step = createReconcile({
    book,
    runner,
    places,
    permits,
    restarts,
    wanted,
    isDraining: () => draining,
    isClosed: () => closed,
    runtimeOf,
    kick: (session) => kick(session),
    now,
    log,
  });

  const kick = (session: ManagedSession): void => {
    const runtime = runtimeOf(session);
    if (runtime.queued || closed) return;
    runtime.queued = true;
    inTurn(session, async () => {
      runtime.queued = false;
      if (!closed) await step.reconcile(session);
    }).catch((error: unknown) => {
      if (closed) return;
      log('error', `${session.stored.name}: a step failed`, { error: messageOf(error) });
      book.record(session, { level: 'error', kind: 'step-failed', text: messageOf(error) });
      // The slow look tries again.
    });
  };
  const kickAll = (): void => {
    for (const session of places.inOrder()) kick(session);
  };
  /** A place may have come free. */
  const kickQueued = (): void => {
    for (const session of places.inOrder()) if (session.state === 'queued') kick(session);
  };

  // ---- what happens to workers

  const workerGone = (session: ManagedSession, worker: WorkerRef, exitCode: number | null): void => {
    if (session.worker !== worker) return;
    channel.forget(worker.startId);
    // Whoever stops it goes on by itself.
    if (session.stopping) return;
    const { state, reasonCode, reason } = session;
    if (!isParked(session) && wanted(session)) {
      const verdict = judgeExit(session, exitCode);
      book.record(session, {
        level: 'warn',
        kind: 'worker-died',
        text: verdict.words,
        evidence: {
          code: verdict.code,
          exitCode,
          exit: verdict.exit,
          pid: worker.pid,
          state,
          reasonCode,
          uptimeMs: now() - worker.startedAt,
        },
      });
      if (verdict.again) restarts.plan(session, { code: verdict.code, words: verdict.words });
      else book.move(session, 'failed', { code: verdict.code, words: reason ?? verdict.words });
    }
    forgetWorker(session);
    options.ports.release(session.stored.name);
    book.changed(session);
    kick(session);
  };

  const look = (): void => {
    for (const session of book.all()) {
      const { worker } = session;
      if (worker !== null && worker.pid !== null && !isProcessAlive(worker.pid)) workerGone(session, worker, null);
    }
    for (const session of book.all()) {
      const unsettled = wanted(session)
        ? session.worker === null && !isParked(session)
        : session.worker !== null || (session.state !== 'stopped' && !draining && !session.surplus);
      if (unsettled && runtimeOf(session).nextTry === null) kick(session);
    }
  };

  const startAnew = (session: ManagedSession): void => {
    session.restartWanted = true;
    kick(session);
  };

  const lastSeen = new WeakMap<ManagedSession, string>();
  const unsubscribe = book.onChange((session) => {
    if (closed || session === null) return;
    // A browser that has come up, or a worker that ended, makes room for the next.
    const key = `${session.state} ${session.worker === null}`;
    if (lastSeen.get(session) === key) return;
    lastSeen.set(session, key);
    if (session.state !== 'queued') setImmediate(kickQueued);
  });

  const resume = (session: ManagedSession): void => {
    if (session.worker === null && session.state === 'waiting' && session.reasonCode === incidentReason) {
      book.move(session, 'queued');
    }
    kick(session);
  };

  const couldNotEnd =
    (session: ManagedSession) =>
    (error: unknown): void =>
      log('error', `${session.stored.name} could not be ended`, { error: messageOf(error) });

  const target = (session: ManagedSession): { pmId: number; startId: string } => {
    const { worker } = session;
    if (worker === null || worker.pmId === null) {
      throw new FleetError(
        'refused-by-state',
        `${session.stored.name} does not run (${session.state}). Start it with: zap-fleet start ${session.stored.name}`,
      );
    }
    return { pmId: worker.pmId, startId: worker.startId };
  };

  return {
    begin: async () => {
      await takeOver({ book, pm2, ports: options.ports, channel, log, now, isOver: () => closed, startAnew });
      places.makeRoom();
      // The incident that paused them is not known to this master: it sees for itself.
      for (const session of book.all()) resume(session);
      looking = setInterval(look, lookEvery);
      kickAll();
    },

    onProcess: (event) => {
      if (event.kind !== 'exit' || event.startId === null || closed) return;
      const session = book.all().find((each) => each.worker?.startId === event.startId);
      if (session?.worker) workerGone(session, session.worker, event.exitCode);
    },

    onMessage: (type, data) => {
      if (closed) return;
      const parsed = parseWorkerMessage(type, data);
      if ('problem' in parsed) {
        log('warn', 'a message from a worker was refused', { problem: parsed.problem });
        return;
      }
      const { message } = parsed;
      const session = book.byId(message.data.sessionId);
      const worker = session?.worker;
      if (session === null || !worker || worker.startId !== message.data.startId) {
        log('debug', 'a message of a worker that is not ours any more', { type, session: message.data.session });
        return;
      }
      worker.pid ??= message.data.pid;
      if (message.type === 'zap:result') channel.onResult(message.data);
      else foldReport(session, message);
      if (session.state === 'failed') kick(session);
    },

    want: (session, desired, { again = false, force = false, actor = 'you' } = {}) => {
      if (session.stored.desiredState !== desired) {
        store.sessions.change(session.stored.id, { desiredState: desired }, now());
        book.reload(session);
      }
      session.surplus = false;
      if (desired === 'running') {
        const runtime = runtimeOf(session);
        restarts.forget(session);
        runtime.askedAt ??= now();
        if (again) session.restartWanted = true;
        if (force) permits.force(session);
        // What waited for a person, or for its next try, is up again at once.
        if (session.worker === null && (isParked(session) || session.state === 'held' || session.nextTryAt !== null))
          book.move(session, 'queued');
      }
      book.record(session, {
        level: 'info',
        kind: again ? 'restart-asked' : desired === 'running' ? 'start-asked' : 'stop-asked',
        text: again ? 'restart' : desired === 'running' ? 'start' : 'stop',
        actor,
      });
      kick(session);
    },

    exclusively: async (session, kind, work) => {
      if (session.pending !== null) {
        throw new FleetError(
          'refused-by-state',
          `${session.stored.name} is busy with "${session.pending.kind}". Wait until that is done.`,
        );
      }
      book.setPending(session, kind);
      try {
        return await inTurn(session, work);
      } finally {
        book.setPending(session, null);
        kick(session);
      }
    },

    stopWorker: (session) => runner.stop(session, noReason),
    failWorker: (session, why) => {
      inTurn(session, async () => {
        if (session.worker === null || !wanted(session)) return;
        await runner.stop(session, null);
        restarts.plan(session, why);
        kick(session);
      }).catch(couldNotEnd(session));
    },
    park: (session, state, why) => {
      inTurn(session, async () => {
        if (session.worker !== null) await runner.stop(session, null);
        if (!session.removed) book.move(session, state, why);
      }).catch(couldNotEnd(session));
    },

    permits,
    resume,
    tell: (session, order) => channel.tell(target(session), order),
    ask: (session, order, within) => channel.ask(target(session), order, within),
    kick,
    kickAll,

    drain: async () => {
      draining = true;
      const results = await Promise.allSettled(
        book.all().map((session) =>
          inTurn(session, async () => {
            await step.settleIdle(session);
          }),
        ),
      );
      const failed = results.filter((result) => result.status === 'rejected');
      for (const result of failed) log('error', 'a session could not be stopped', { error: messageOf(result.reason) });
    },

    close: () => {
      closed = true;
      if (looking !== null) clearInterval(looking);
      unsubscribe();
      for (const session of book.all()) clearNextTry(runtimeOf(session));
    },
  };
};
