import { createBeat } from '../../pace/beat.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { Bytes, CpuPercent, EpochMs, Milliseconds } from '../../session/units.ts';
import { qrIdleReason } from '../../session/verdict.ts';
import type { SessionActivity } from '../../store/activity-queries.ts';
import type { StoredSession } from '../../store/session-store.ts';
import type { Store } from '../../store/store.ts';
import { decide, probesWanted } from '../health/decide.ts';
import type { HealthDecision, SessionObservation } from '../health/observation.ts';
import { defaultPolicies, type SessionPolicy } from '../health/policies.ts';
import { foldStreaks, noStreaks } from '../health/streaks.ts';
import type { SessionOrchestrator } from '../reconcile/session-orchestrator.ts';
import type { ManagedSession, WorkerRef } from '../state/managed-session.ts';
import type { SessionBook } from '../state/session-book.ts';
import { createHealthProbes } from './health-probes.ts';
import { createSlowFacts, type SlowFacts } from './slow-facts.ts';
import { createWorkerKnowledge, type WorkerKnowledge } from './worker-knowledge.ts';

/**
 * Looks at every running session, lets the pure policies decide, and does what they say: each decision is an event with its evidence.
 * What it knows of a worker ends with that worker.
 */
export interface HealthMonitor {
  /** One look at all; `begin` does it on its own. */
  look(): void;
  begin(): void;
  close(): Promise<void>;
}

export interface HealthOptions {
  readonly book: SessionBook;
  readonly orchestrator: SessionOrchestrator;
  readonly store: Store;
  readonly activityOf: (sessionId: string) => SessionActivity | null;
  readonly costOf: (sessionId: string) => { readonly memoryBytes: Bytes; readonly cpuPercent: CpuPercent } | null;
  /** Size of its login profile on the disk. */
  readonly profileBytesOf?: (session: StoredSession) => Promise<Bytes>;
  readonly policy?: SessionPolicy;
  /** Whether `GET /health` of a worker answers. */
  readonly probe?: (port: number) => Promise<boolean>;
  readonly now: () => EpochMs;
  readonly log: (level: 'debug' | 'warn', text: string, fields?: Readonly<Record<string, unknown>>) => void;
}

const lookEvery: Milliseconds = 2000;
/** The last code lives for about a minute; the worker closes after it. */
const idleGrace: Milliseconds = 90_000;

/** All that is known of a session now, and with it `known.streaks`. */
const observeSession = (
  session: ManagedSession,
  worker: WorkerRef,
  known: WorkerKnowledge,
  facts: SlowFacts,
  options: HealthOptions & { readonly policy: SessionPolicy },
): SessionObservation => {
  const { store, now, policy } = options;
  const { stored, vitals } = session;

  const cost = options.costOf(stored.id);
  const lastHeartbeatAt = vitals?.at ?? null;
  const eventLoopLagMs = vitals?.eventLoopLagMs ?? null;
  const memoryBytes = cost?.memoryBytes ?? null;
  const cpuPercent = cost?.cpuPercent ?? null;
  known.streaks = foldStreaks(known.streaks, { cpuPercent, eventLoopLagMs, memoryBytes }, now(), policy);

  // Only asked for when a restart is near: it decides whether that waits for a quiet moment.
  const isLarge = facts.profileBytes !== null && facts.profileBytes >= policy.profileWarnBytes;
  const inFlight = known.streaks === noStreaks && !isLarge ? 0 : store.turns.open(stored.id).length;

  return {
    state: session.state,
    since: session.since,
    reasonCode: session.reasonCode,
    desiredState: stored.desiredState,
    workerAlive: true,
    startedAt: worker.startedAt,
    lastHeartbeatAt,
    healthProbe: known.healthProbe,
    codesShown: session.qr?.attempt ?? session.pairing?.attempt ?? 0,
    page: 'unknown',
    pageSince: null,
    memoryBytes,
    cpuPercent,
    eventLoopLagMs,
    streaks: known.streaks,
    inFlight,
    profileBytes: facts.profileBytes,
    linkProbesFailed: known.linkProbesFailed,
    workerSaysDeaf: session.deaf,
    lastInboundAt: facts.lastInboundAt ?? options.activityOf(stored.id)?.lastMessageAt ?? null,
    usualGapMs: facts.usualGapMs,
    inIncident: session.incidentId !== null,
  };
};

/** Does what was decided, and records it with its evidence; an alert is told once while it lasts. */
const carryOut = (
  session: ManagedSession,
  known: WorkerKnowledge,
  decision: HealthDecision,
  { book, orchestrator, now }: HealthOptions,
): void => {
  const { action, cause, text, evidence } = decision;
  if (action === 'none') {
    if (cause === 'healthy') known.alerted = null;
    return;
  }

  if (action === 'wait-for-person') {
    known.idleSince ??= now();
    if (now() - known.idleSince < idleGrace) return;
  }
  if (action === 'alert') {
    if (known.alerted === cause) return;
    known.alerted = cause;
  }

  known.ending = action !== 'alert';
  book.record(session, { level: 'warn', kind: `health-${cause}`, text, evidence });

  if (cause === 'profile-prune') session.pruneWanted = true;
  if (action === 'restart' || action === 'rebuild-browser')
    orchestrator.failWorker(session, { code: cause, words: text });
  else if (action === 'wait-for-person') orchestrator.park(session, 'waiting', { code: qrIdleReason, words: text });
  else if (action === 'fail') orchestrator.park(session, 'failed', { code: cause, words: text });
};

export const createHealthMonitor = (options: HealthOptions): HealthMonitor => {
  const { book, now, log } = options;
  const policy = options.policy ?? defaultPolicies.session;
  const given = { ...options, policy };
  const probes = createHealthProbes(options);
  const slowFacts = createSlowFacts(options);
  const knownOf = createWorkerKnowledge();

  const lookAtSession = (session: ManagedSession): void => {
    const { worker } = session;
    // Without a worker, or while it is being changed, the reconcile loop is in charge.
    if (worker === null || worker.awaitsReport || session.stopping || session.pending !== null) return;
    const known = knownOf(worker);
    if (known.ending) return;

    const observation = observeSession(session, worker, known, slowFacts.of(session.stored.id), given);
    const wanted = probesWanted(observation, policy, now());
    if (!wanted.health) known.healthProbe = 'unknown';
    else probes.askHealth(session, known);
    if (wanted.link) probes.askLink(session, known);

    if (session.state !== 'qr' && session.state !== 'code') known.idleSince = null;
    carryOut(session, known, decide(observation, policy, now()), options);
  };

  const lookAtAll = (): void => {
    slowFacts.measureIfDue();

    for (const session of book.all()) {
      try {
        lookAtSession(session);
      } catch (error) {
        // One session's trouble (a store that is busy) must not keep the others from being looked at.
        log('warn', `${session.stored.name} could not be looked at`, { error: messageOf(error) });
      }
    }
  };

  const beat = createBeat({
    look: lookAtAll,
    everyMs: lookEvery,
    withinMs: lookEvery,
    onProblem: (error) => log('warn', 'the sessions could not be looked at', { error: messageOf(error) }),
  });

  return {
    look: () => void beat.look(),
    begin: beat.begin,
    close: async () => {
      await Promise.all([beat.close(), slowFacts.close()]);
    },
  };
};
