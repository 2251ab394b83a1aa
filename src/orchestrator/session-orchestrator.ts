import type { PendingOperation } from '../protocol/fleet.ts';
import { workerExitOf, workerExits } from '../protocol/worker-exit.ts';
import { parseWorkerMessage } from '../protocol/worker-messages.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { DesiredState } from '../session/session-state.ts';
import type { Bytes, EpochMs, Milliseconds } from '../session/units.ts';
import type { Store } from '../store/store.ts';
import { admit, type MachineRoom, surplus } from './health/admission.ts';
import { nextAttempt } from './health/backoff.ts';
import { defaultPolicies, type HealthPolicies } from './health/policies.ts';
import { noteRestart, planRestart } from './health/restart-breaker.ts';
import { forgetWorker, isParked, type ManagedSession, type WorkerRef } from './managed-session.ts';
import type { PortAllocator } from './port-allocator.ts';
import { type ProcessEvent, type ProcessManager, workerProcessName } from './process-manager.ts';
import { incidentReason, noReason, type SessionBook, type Why } from './session-book.ts';
import { createWorkerChannel, type WorkerChannel, type WorkerOrder } from './worker-channel.ts';
import { createReportFolder } from './worker-reports.ts';
import type { WorkerRunner } from './worker-runner.ts';

/**
 * Brings every session to its desired state: one idempotent reconcile for each, one step at a time, run again whenever something
 * changed. Commands write the desired state and kick; nothing else starts or stops a worker.
 */

/** A browser counts as starting until its worker says more, at most this long: then it holds nobody up any more. */
const startingAtMost: Milliseconds = 90_000;
const reportWithin: Milliseconds = 30_000;
const reportAgain: Milliseconds = 3000;
/** Finds what no event told: a worker that died while PM2's bus was away, a desired state that another process wrote. */
const lookEvery: Milliseconds = 5000;

/** What is known of memory: null while nothing was measured. */
export interface Room {
  readonly machine: MachineRoom | null;
  readonly memoryOf: (sessionId: string) => Bytes | null;
}

export interface OrchestratorOptions {
  readonly store: Store;
  readonly book: SessionBook;
  readonly pm2: ProcessManager;
  readonly ports: PortAllocator;
  readonly runner: WorkerRunner;
  readonly maxSessions: number;
  /** Browsers that may start at the same time. */
  readonly startingAtOnce: number;
  readonly room?: () => Room;
  readonly policies?: Pick<HealthPolicies, 'backoff' | 'breaker' | 'budget' | 'admission'>;
  readonly random?: () => number;
  readonly now: () => EpochMs;
  readonly log: (
    level: 'debug' | 'info' | 'warn' | 'error',
    text: string,
    fields?: Readonly<Record<string, unknown>>,
  ) => void;
}

interface Runtime {
  /** The step that runs now; the next waits for it. */
  chain: Promise<void>;
  queued: boolean;
  attempt: number;
  restarts: readonly EpochMs[];
  /** A person asked for it, and it has not started since. */
  askedAt: EpochMs | null;
  timer: NodeJS.Timeout | null;
}

export interface SessionOrchestrator {
  /** Takes over what runs already and brings the rest to its desired state. */
  begin(): Promise<void>;
  onProcess(event: ProcessEvent): void;
  onMessage(type: string, data: unknown): void;
  /** Writes the desired state and kicks. `again`: also a worker that runs is ended and started. */
  want(session: ManagedSession, desired: DesiredState, options?: { again?: boolean; actor?: string }): void;
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
  const random = options.random ?? Math.random;
  const runtimes = new WeakMap<ManagedSession, Runtime>();
  const channel: WorkerChannel = createWorkerChannel((pmId, data) => pm2.send(pmId, data));
  const foldReport = createReportFolder(book, now);
  let fleetRestarts: readonly EpochMs[] = [];
  let draining = false;
  let closed = false;
  let looking: NodeJS.Timeout | null = null;

  const runtimeOf = (session: ManagedSession): Runtime => {
    let runtime = runtimes.get(session);
    if (runtime === undefined) {
      runtime = { chain: Promise.resolve(), queued: false, attempt: 0, restarts: [], askedAt: null, timer: null };
      runtimes.set(session, runtime);
    }
    return runtime;
  };

  // ---- who may run

  /** Its browser comes up, or waits for its login to come free. */
  const isComingUp = (session: ManagedSession): boolean => session.state === 'starting' && session.nextTryAt === null;
  const occupies = (session: ManagedSession): boolean => session.worker !== null || isComingUp(session);
  const holdsUpOthers = (session: ManagedSession): boolean =>
    isComingUp(session) && now() - session.since < startingAtMost;
  const connectedMs = (session: ManagedSession): Milliseconds =>
    session.stored.connectedSince === null ? 0 : Math.max(0, now() - session.stored.connectedSince);
  const inOrder = (): ManagedSession[] =>
    [...book.all()].sort((a, b) => connectedMs(b) - connectedMs(a) || (a.stored.name < b.stored.name ? -1 : 1));

  const whyNotNow = (session: ManagedSession): Why | null => {
    const room = options.room?.() ?? { machine: null, memoryOf: () => null };
    const sessions = book.all();
    const admission = admit(
      {
        candidates: sessions
          .filter(
            (each) =>
              wanted(each) &&
              !occupies(each) &&
              !isParked(each.state) &&
              (each.nextTryAt === null || each.nextTryAt <= now()),
          )
          .map((each) => ({
            id: each.stored.id,
            byPerson: runtimeOf(each).askedAt !== null,
            connectedMs: connectedMs(each),
            requestedAt: runtimeOf(each).askedAt ?? each.since,
          })),
        running: sessions.filter(occupies).map((each) => ({
          memoryBytes: room.memoryOf(each.stored.id),
          isStarting:
            each.state === 'starting' || each.state === 'qr' || each.state === 'code' || each.state === 'syncing',
          upMs: each.worker === null ? 0 : Math.max(0, now() - each.worker.startedAt),
        })),
        browsersStarting: sessions.filter(holdsUpOthers).length,
        maxSessions: options.maxSessions,
        cores: options.startingAtOnce,
        machine: room.machine,
      },
      policies.admission,
    );
    if (admission.start.includes(session.stored.id)) return null;
    const queued = admission.queued.find(({ id }) => id === session.stored.id);
    return { code: queued?.reasonCode ?? 'starting-limit', words: queued?.reason ?? null };
  };

  const wanted = (session: ManagedSession): boolean =>
    !session.removed && !draining && !session.surplus && session.stored.desiredState === 'running';

  // ---- one step

  const clearTimer = (runtime: Runtime): void => {
    if (runtime.timer !== null) clearTimeout(runtime.timer);
    runtime.timer = null;
  };

  const planAgain = (session: ManagedSession, why: Why): void => {
    const runtime = runtimeOf(session);
    runtime.attempt = nextAttempt(runtime.attempt, session.connectedAt, now(), policies.backoff);
    const cause = why.words ?? why.code ?? 'it ended';
    const plan = planRestart(
      { now: now(), attempt: runtime.attempt - 1, sessionRestarts: runtime.restarts, fleetRestarts, lastCause: cause },
      policies,
      random,
    );
    if (plan.kind === 'give-up') {
      book.move(session, 'failed', { code: 'gave-up', words: plan.reason });
      return;
    }
    runtime.restarts = noteRestart(runtime.restarts, now(), policies.breaker);
    fleetRestarts = noteRestart(fleetRestarts, now(), policies.budget);
    store.sessions.countRestart(session.stored.id);
    book.reload(session);
    book.move(session, 'starting', why, { nextTryAt: plan.at });
  };

  const settleIdle = async (session: ManagedSession): Promise<void> => {
    if (session.worker !== null) await runner.stop(session, noReason);
    const { state } = session;
    if (draining || session.surplus) {
      if (state !== 'queued' && !isParked(state)) {
        book.move(
          session,
          session.stored.desiredState === 'running' ? 'queued' : 'stopped',
          session.stored.desiredState === 'running' ? (session.surplus ? tooMany : fleetStops) : noReason,
        );
      }
      return;
    }
    book.move(session, 'stopped');
  };

  const startOrWait = async (session: ManagedSession): Promise<void> => {
    const runtime = runtimeOf(session);
    if (session.incidentId !== null && runtime.askedAt === null) {
      book.move(session, 'waiting', { code: incidentReason, words: 'restarts are paused while many sessions fail' });
      return;
    }
    if (session.nextTryAt !== null && session.nextTryAt > now()) {
      runtime.timer = setTimeout(() => kick(session), session.nextTryAt - now());
      return;
    }
    const why = whyNotNow(session);
    if (why !== null) {
      if (session.state !== 'queued' || session.reasonCode !== why.code) book.move(session, 'queued', why);
      return;
    }
    try {
      await runner.start(session, () => wanted(session) && !closed);
      runtime.askedAt = null;
    } catch (error) {
      if (closed) return;
      const code = error instanceof FleetError ? error.code : 'start-failed';
      log('warn', `${session.stored.name} could not be started`, { error: messageOf(error) });
      planAgain(session, { code, words: messageOf(error) });
      kick(session);
    }
  };

  const reconcile = async (session: ManagedSession): Promise<void> => {
    clearTimer(runtimeOf(session));
    if (session.removed) return;
    if (!wanted(session)) {
      session.restartWanted = false;
      await settleIdle(session);
    } else if (session.state === 'failed' && session.worker !== null) {
      await runner.stop(session, null);
    } else {
      if (session.restartWanted) {
        session.restartWanted = false;
        if (session.worker !== null) await runner.stop(session, noReason);
      }
      if (session.worker === null && !isParked(session.state)) await startOrWait(session);
    }
  };

  const inTurn = <T>(session: ManagedSession, work: () => Promise<T>): Promise<T> => {
    const runtime = runtimeOf(session);
    const result = runtime.chain.then(work);
    runtime.chain = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  };

  const kick = (session: ManagedSession): void => {
    const runtime = runtimeOf(session);
    if (runtime.queued || closed) return;
    runtime.queued = true;
    inTurn(session, async () => {
      runtime.queued = false;
      if (!closed) await reconcile(session);
    }).catch((error: unknown) => {
      if (closed) return;
      log('error', `${session.stored.name}: a step failed`, { error: messageOf(error) });
      book.record(session, { level: 'error', kind: 'step-failed', text: messageOf(error) });
      // The slow look tries again.
    });
  };
  const kickAll = (): void => {
    for (const session of inOrder()) kick(session);
  };
  /** A place may have come free. */
  const kickQueued = (): void => {
    for (const session of inOrder()) if (session.state === 'queued') kick(session);
  };

  // ---- what happens to workers

  const workerGone = (session: ManagedSession, worker: WorkerRef, exitCode: number | null): void => {
    if (session.worker !== worker) return;
    channel.forget(worker.startId);
    // Whoever stops it goes on by itself.
    if (session.stopping) return;
    const { state, reasonCode, reason } = session;
    if (!isParked(state) && wanted(session)) {
      const exit = workerExitOf(exitCode);
      // PM2 reports a death by signal as 0; ours are never 0 unless they were asked to end.
      const known = exit === null || exit === 'done' ? null : workerExits[exit];
      const words =
        state === 'offline' && reason !== null ? reason : (known?.words ?? `its worker ended while ${state}`);
      book.record(session, {
        level: 'warn',
        kind: 'worker-died',
        text: words,
        evidence: { exitCode, exit, pid: worker.pid, state, reasonCode, uptimeMs: now() - worker.startedAt },
      });
      const why = { code: known === null ? 'worker-died' : (exit ?? 'worker-died'), words: reason ?? words };
      if (known?.again === 'no') book.move(session, 'failed', why);
      else planAgain(session, { ...why, words });
    }
    forgetWorker(session);
    options.ports.release(session.stored.name);
    book.changed(session);
    kick(session);
  };

  const isAlive = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'EPERM';
    }
  };

  const look = (): void => {
    for (const session of book.all()) {
      const { worker } = session;
      if (worker !== null && worker.pid !== null && !isAlive(worker.pid)) workerGone(session, worker, null);
    }
    for (const session of book.all()) {
      const unsettled = wanted(session)
        ? session.worker === null && !isParked(session.state)
        : session.worker !== null || (session.state !== 'stopped' && !draining && !session.surplus);
      if (unsettled && runtimeOf(session).timer === null) kick(session);
    }
  };

  const adopt = async (session: ManagedSession, worker: WorkerRef): Promise<void> => {
    const deadline = performance.now() + reportWithin;
    while (!closed && session.worker === worker && worker.awaitsReport && worker.pmId !== null) {
      if (performance.now() > deadline) {
        book.record(session, {
          level: 'warn',
          kind: 'worker-silent',
          text: `its worker does not answer; it is started again`,
        });
        session.restartWanted = true;
        kick(session);
        return;
      }
      await channel.tell({ pmId: worker.pmId }, { command: 'report' });
      await new Promise<void>((done) => setTimeout(done, reportAgain).unref());
    }
  };

  const takeOver = async (): Promise<void> => {
    const names = new Map(book.all().map((session) => [workerProcessName(session.stored.name), session]));
    const entries = (await pm2.list()).filter((entry) => entry.name.startsWith(workerProcessName('')));
    for (const entry of entries) {
      const session = names.get(entry.name);
      const twin = entries.some((other) => other !== entry && other.name === entry.name);
      const { pid, startId } = entry;
      const runs = pid !== null && startId !== null && (entry.status === 'online' || entry.status === 'launching');
      if (session === undefined || twin || !runs) {
        await pm2.remove(entry.name);
        continue;
      }
      const worker = { startId, pid, pmId: entry.pmId, startedAt: entry.startedAt ?? now(), awaitsReport: true };
      session.worker = worker;
      if (session.port !== null) options.ports.claim(session.stored.name, session.port);
      adopt(session, worker).catch((error: unknown) =>
        log('warn', `${session.stored.name}: its worker could not be asked`, { error: messageOf(error) }),
      );
    }
    const running = book
      .all()
      .filter((session) => session.worker !== null && session.stored.desiredState === 'running')
      .map((session) => ({ id: session.stored.id, connectedMs: connectedMs(session) }));
    for (const id of surplus(running, options.maxSessions)) {
      const session = book.byId(id);
      if (session !== null) session.surplus = true;
    }
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
      await takeOver();
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

    want: (session, desired, { again = false, actor = 'you' } = {}) => {
      if (session.stored.desiredState !== desired) {
        store.sessions.change(session.stored.id, { desiredState: desired }, now());
        book.reload(session);
      }
      session.surplus = false;
      if (desired === 'running') {
        const runtime = runtimeOf(session);
        runtime.attempt = 0;
        runtime.restarts = [];
        runtime.askedAt ??= now();
        if (again) session.restartWanted = true;
        // What waited for a person, or for its next try, is up again at once.
        if (session.worker === null && (isParked(session.state) || session.nextTryAt !== null))
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
        planAgain(session, why);
        kick(session);
      }).catch(couldNotEnd(session));
    },
    park: (session, state, why) => {
      inTurn(session, async () => {
        if (session.worker !== null) await runner.stop(session, null);
        if (!session.removed) book.move(session, state, why);
      }).catch(couldNotEnd(session));
    },

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
            clearTimer(runtimeOf(session));
            await settleIdle(session);
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
      for (const session of book.all()) clearTimer(runtimeOf(session));
    },
  };
};

const tooMany: Why = { code: 'max-sessions', words: 'MAX_SESSIONS was lowered; it waits for a place' };
const fleetStops: Why = { code: 'fleet-stopped', words: 'the fleet is stopped; it runs again with it' };
