import { createBeat } from '../../pace/beat.ts';
import type { PendingOperation } from '../../protocol/fleet.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';
import { defaultPolicies } from '../health/policies.ts';
import type { ProcessEvent } from '../process/process-manager.ts';
import { createWorkerChannel, type WorkerOrder } from '../process/worker-channel.ts';
import { isParked, type ManagedSession } from '../state/managed-session.ts';
import { noReason } from '../state/session-journal.ts';
import { createInterventions, type Interventions } from './interventions.ts';
import type { OrchestratorOptions } from './orchestrator-options.ts';
import { createPermits, type Permits } from './permits.ts';
import { createPlaces } from './places.ts';
import { createReconcile } from './reconcile.ts';
import { createRestarts } from './restarts.ts';
import { createSessionSteps } from './session-steps.ts';
import { takeOver } from './take-over.ts';
import { createWorkerEnds } from './worker-ends.ts';
import { createWorkerTalk } from './worker-talk.ts';

/**
 * Brings every session to its desired state: one idempotent reconcile for each, one step at a time, run again whenever something
 * changed. Commands write the desired state and kick; nothing else starts or stops a worker.
 */

/** Finds what no event told: a worker that died while PM2's bus was away, a desired state that another process wrote. */
const lookEvery: Milliseconds = 5000;
const lookWithin: Milliseconds = 5000;
/** More may start as soon as the machine bears it. */
const paceEvery: Milliseconds = 1000;

export interface SessionOrchestrator extends Interventions {
  /** Takes over what runs already and brings the rest to its desired state. */
  begin(): Promise<void>;
  onProcess(event: ProcessEvent): void;
  onMessage(type: string, data: unknown): void;
  readonly permits: Permits;
  /** Runs `work` when no other step of this session runs; refuses while another operation is pending. */
  exclusively<T>(session: ManagedSession, kind: PendingOperation['kind'], work: () => Promise<T>): Promise<T>;
  stopWorker(session: ManagedSession): Promise<void>;
  tell(session: ManagedSession, order: WorkerOrder): Promise<void>;
  ask(session: ManagedSession, order: WorkerOrder, within: Milliseconds): Promise<readonly string[]>;
  kick(session: ManagedSession): void;
  kickAll(): void;
  /** Stops every worker at the same time and keeps what is wanted; nothing starts any more. */
  drain(): Promise<void>;
  close(): void;
}

/** What the orchestrator is made of: parts that know each other only through what is handed to them here. */
const openParts = (options: OrchestratorOptions, life: { draining: boolean; closed: boolean }) => {
  const { store, book, pm2, ports, runner, now, log } = options;
  const policies = options.policies ?? defaultPolicies;
  const channel = createWorkerChannel((pmId, data) => pm2.send(pmId, data));
  const restarts = createRestarts({ store, book, policies, random: options.random ?? Math.random, now });
  const isClosed = (): boolean => life.closed;
  const wanted = (session: ManagedSession): boolean =>
    !session.removed &&
    !life.draining &&
    !session.surplus &&
    session.leaving === null &&
    session.stored.desiredState === 'running';

  const steps = createSessionSteps({
    book,
    reconcile: (session) => step.reconcile(session),
    inOrder: () => places.inOrder(),
    isClosed,
    log,
  });
  const { inTurn, runtimeOf, kick } = steps;

  const places = createPlaces({
    book,
    maxSessions: options.maxSessions,
    startingAtOnce: options.startingAtOnce,
    room: options.room ?? (() => ({ machine: null, memoryOf: () => null, descriptors: null })),
    policies,
    wanted,
    askedAt: (session) => runtimeOf(session).askedAt,
    now,
  });
  const permits = createPermits({
    permit: options.permit,
    book,
    runner,
    inTurn,
    kick,
    isClosed,
    handDown: (session, fence, confirms) => talk.tell(session, { command: 'fence', fence, confirms }),
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
    isDraining: () => life.draining,
    isClosed,
    runtimeOf,
    kick,
    now,
    log,
  });

  const talk = createWorkerTalk({ book, channel, kick, onConflict: permits.confirm, now, log });

  return {
    channel,
    steps,
    places,
    permits,
    step,
    wanted,
    ends: createWorkerEnds({ book, ports, channel, restarts, wanted, kick, now }),
    talk,
    interventions: createInterventions({ store, book, runner, restarts, permits, steps, wanted, now, log }),
  };
};

export const createSessionOrchestrator = (options: OrchestratorOptions): SessionOrchestrator => {
  const { book, pm2, ports, runner, now, log } = options;
  const life = { draining: false, closed: false };
  const { channel, steps, places, permits, step, wanted, ends, talk, interventions } = openParts(options, life);
  const { kick } = steps;

  const isUnsettled = (session: ManagedSession): boolean =>
    wanted(session)
      ? session.worker === null && !isParked(session)
      : session.worker !== null ||
        (session.state !== 'stopped' && !life.draining && !session.surplus && session.leaving === null);

  const beat = createBeat({
    look: () => {
      ends.lookForDead();
      for (const session of book.all())
        if (isUnsettled(session) && steps.runtimeOf(session).nextTry === null) kick(session);
    },
    everyMs: lookEvery,
    withinMs: lookWithin,
    onProblem: (error) => log('error', 'the sessions could not be looked at', { error: messageOf(error) }),
  });

  const paceBeat = createBeat({
    look: () => {
      if (places.lookAtPace()) steps.kickQueued();
    },
    everyMs: paceEvery,
    withinMs: lookWithin,
    onProblem: (error) => log('error', 'the pace of starts could not be looked at', { error: messageOf(error) }),
    unref: true,
  });

  return {
    ...interventions,
    permits,
    exclusively: steps.exclusively,
    stopWorker: (session) => runner.stop(session, noReason),
    tell: talk.tell,
    ask: talk.ask,
    kick,
    kickAll: steps.kickAll,

    begin: async () => {
      const startAnew = (session: ManagedSession): void => {
        session.restartWanted = true;
        kick(session);
      };
      await takeOver({
        book,
        pm2,
        ports,
        channel,
        log,
        now,
        isOver: () => life.closed,
        onFenced: permits.unfence,
        startAnew,
      });

      places.makeRoom();
      // The incident that paused them is not known to this master: it sees for itself.
      for (const session of book.all()) interventions.resume(session);
      beat.begin();
      paceBeat.begin();
      steps.kickAll();
    },

    onProcess: (event) => {
      if (!life.closed) ends.onProcess(event);
    },
    onMessage: (type, data) => {
      if (!life.closed) talk.onMessage(type, data);
    },

    drain: async () => {
      life.draining = true;
      const results = await Promise.allSettled(
        book.all().map((session) => steps.inTurn(session, () => step.settleIdle(session))),
      );

      const failed = results.filter((result) => result.status === 'rejected');
      for (const result of failed) log('error', 'a session could not be stopped', { error: messageOf(result.reason) });
    },

    close: () => {
      life.closed = true;
      void beat.close();
      void paceBeat.close();
      places.close();
      steps.close();
    },
  };
};
