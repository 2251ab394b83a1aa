import { get } from 'node:http';
import { messageOf } from '../../session/fleet-error.ts';
import type { Bytes, CpuPercent, EpochMs, Milliseconds } from '../../session/units.ts';
import { qrIdleReason } from '../../session/verdict.ts';
import type { SessionActivity } from '../../store/activity-queries.ts';
import type { StoredSession } from '../../store/session-store.ts';
import type { Store } from '../../store/store.ts';
import { usualGapMs } from '../health/deafness.ts';
import { decide, probesWanted } from '../health/decide.ts';
import type { HealthCause, HealthDecision, SessionObservation } from '../health/observation.ts';
import { defaultPolicies, type SessionPolicy } from '../health/policies.ts';
import { foldStreaks, noStreaks, type Streaks } from '../health/streaks.ts';
import type { SessionOrchestrator } from '../reconcile/session-orchestrator.ts';
import type { ManagedSession, WorkerRef } from '../state/managed-session.ts';
import type { SessionBook } from '../state/session-book.ts';

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

interface Known {
  streaks: Streaks;
  healthProbe: SessionObservation['healthProbe'];
  probing: boolean;
  linkProbesFailed: number;
  linkProbedAt: EpochMs;
  /** Told once while it lasts. */
  alerted: HealthCause | null;
  /** Its end was asked for: whatever is seen of it now changes nothing. */
  ending: boolean;
  /** Since when a person is waited for in vain: the worker closes its browser by itself first. */
  idleSince: EpochMs | null;
}

/** The session's own normal is that of the last two weeks. */
const normalOver: Milliseconds = 14 * 86_400_000;
const inboundFacts = (inbound: { readonly lastAt: EpochMs | null; readonly minutes: readonly EpochMs[] }) => ({
  lastInboundAt: inbound.lastAt,
  usualGapMs: usualGapMs(inbound.minutes),
});

interface SlowFacts {
  readonly profileBytes: Bytes | null;
  readonly lastInboundAt: EpochMs | null;
  readonly usualGapMs: Milliseconds | null;
}
const noSlowFacts: SlowFacts = { profileBytes: null, lastInboundAt: null, usualGapMs: null };

const lookEvery: Milliseconds = 2000;
/** A profile of 2 GB has some thousand files. */
const slowEvery: Milliseconds = 5 * 60_000;
const probeWithin: Milliseconds = 2000;
const linkProbeEvery: Milliseconds = 60_000;
const linkProbeWithin: Milliseconds = 30_000;
/** The last code lives for about a minute (facts/wppconnect.md); the worker closes after it. */
const idleGrace: Milliseconds = 90_000;

const answersHealth = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const request = get(
      { host: '127.0.0.1', port, path: '/health', timeout: probeWithin, agent: false },
      (response) => {
        response.resume();
        done(response.statusCode === 200);
      },
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => done(false));
  });

export const createHealthMonitor = (options: HealthOptions): HealthMonitor => {
  const { book, orchestrator, store, now, log } = options;
  const policy = options.policy ?? defaultPolicies.session;
  const probe = options.probe ?? answersHealth;
  const knowledge = new WeakMap<WorkerRef, Known>();
  const slow = new Map<string, SlowFacts>();
  let timer: NodeJS.Timeout | null = null;
  let measuring: Promise<void> | null = null;
  let measuredAt = Number.NEGATIVE_INFINITY;
  let closed = false;

  const knownOf = (worker: WorkerRef): Known => {
    let known = knowledge.get(worker);
    if (known === undefined) {
      known = {
        streaks: noStreaks,
        healthProbe: 'unknown',
        probing: false,
        linkProbesFailed: 0,
        linkProbedAt: 0,
        alerted: null,
        ending: false,
        idleSince: null,
      };
      knowledge.set(worker, known);
    }
    return known;
  };

  const observe = (session: ManagedSession, worker: WorkerRef, known: Known): SessionObservation => {
    const { stored, vitals } = session;
    const cost = options.costOf(stored.id);
    const lastHeartbeatAt = vitals?.at ?? null;
    const eventLoopLagMs = vitals?.eventLoopLagMs ?? null;
    const memoryBytes = cost?.memoryBytes ?? null;
    const cpuPercent = cost?.cpuPercent ?? null;
    known.streaks = foldStreaks(known.streaks, { cpuPercent, eventLoopLagMs, memoryBytes }, now(), policy);
    // Only asked for when a restart is near: it decides whether that waits for a quiet moment.
    const facts = slow.get(stored.id) ?? noSlowFacts;
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

  const askHealth = async (session: ManagedSession, known: Known): Promise<void> => {
    const port = session.vitals?.port ?? session.port;
    if (known.probing || port === null) return;
    known.probing = true;
    try {
      known.healthProbe = (await probe(port)) ? 'ok' : 'dead';
    } finally {
      known.probing = false;
    }
  };

  const askLink = async (session: ManagedSession, known: Known): Promise<void> => {
    if (now() - known.linkProbedAt < linkProbeEvery) return;
    known.linkProbedAt = now();
    try {
      await orchestrator.ask(session, { command: 'check' }, linkProbeWithin);
      known.linkProbesFailed = 0;
    } catch (error) {
      known.linkProbesFailed += 1;
      log('warn', `${session.stored.name}: its link did not answer a probe`, { error: messageOf(error) });
    }
  };

  const act = (session: ManagedSession, known: Known, decision: HealthDecision): void => {
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

  const lookAt = (session: ManagedSession): void => {
    const { worker } = session;
    // Without a worker, or while it is being changed, the reconcile loop is in charge.
    if (worker === null || worker.awaitsReport || session.stopping || session.pending !== null) return;
    const known = knownOf(worker);
    if (known.ending) return;
    const observation = observe(session, worker, known);
    const wanted = probesWanted(observation, policy, now());
    if (!wanted.health) known.healthProbe = 'unknown';
    else void askHealth(session, known);
    if (wanted.link) void askLink(session, known);
    if (session.state !== 'qr' && session.state !== 'code') known.idleSince = null;
    act(session, known, decide(observation, policy, now()));
  };

  /** What changes slowly and costs more to find out. */
  const measure = async (): Promise<void> => {
    for (const { stored, worker } of book.all()) {
      if (closed) return;
      if (worker === null) slow.delete(stored.id);
      else
        slow.set(stored.id, {
          profileBytes: options.profileBytesOf === undefined ? null : await options.profileBytesOf(stored),
          ...inboundFacts(store.activity.inboundOf(stored.id, now() - normalOver)),
        });
    }
  };
  const measureNowAndThen = (): void => {
    if (measuring !== null || performance.now() - measuredAt < slowEvery) return;
    measuredAt = performance.now();
    measuring = measure()
      .catch((error: unknown) => log('warn', 'profiles could not be measured', { error: messageOf(error) }))
      .finally(() => {
        measuring = null;
      });
  };

  const look = (): void => {
    if (closed) return;
    measureNowAndThen();
    for (const session of book.all()) {
      try {
        lookAt(session);
      } catch (error) {
        // One session's trouble (a store that is busy) must not keep the others from being looked at.
        log('warn', `${session.stored.name} could not be looked at`, { error: messageOf(error) });
      }
    }
  };

  return {
    look,
    begin: () => {
      timer = setInterval(look, lookEvery);
    },
    close: async () => {
      closed = true;
      if (timer !== null) clearInterval(timer);
      await measuring;
    },
  };
};
