import type { Incident, IncidentCheck } from '../protocol/fleet.ts';
import { messageOf } from '../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import { clientText, concludeIncident, incidentTitle } from './health/incident-conclusion.ts';
import {
  detectIncident,
  type FailureKind,
  type IncidentAction,
  type IncidentState,
  type SessionFailure,
  stepIncident,
} from './health/incident-detector.ts';
import { defaultPolicies, type IncidentPolicy } from './health/policies.ts';
import { isParked, type ManagedSession } from './managed-session.ts';
import { incidentReason, type SessionBook } from './session-book.ts';
import type { SessionOrchestrator } from './session-orchestrator.ts';

/** Many sessions failing at once are one incident: their restarts pause, one tries first, and it lifts itself (health/ decides). */
export interface IncidentMonitor {
  look(): void;
  /** The open one and those that ended since this master began, newest first. */
  history(): readonly Incident[];
  begin(): void;
  close(): void;
}

export interface IncidentOptions {
  readonly book: SessionBook;
  readonly orchestrator: SessionOrchestrator;
  readonly publish: (open: readonly Incident[]) => void;
  /** Asks the internet and web.whatsapp.com. */
  readonly probe: () => Promise<readonly IncidentCheck[]>;
  readonly language: 'en' | 'pt-BR';
  readonly policy?: IncidentPolicy;
  readonly now: () => EpochMs;
  readonly log: (level: 'warn', text: string, fields?: Readonly<Record<string, unknown>>) => void;
}

const lookEvery: Milliseconds = 2000;
const probeEvery: Milliseconds = 60_000;
const keptIncidents = 50;

const kindOfCode: Readonly<Record<string, FailureKind>> = {
  broken: 'browser-died',
  'page-crashed': 'page',
  'page-hung': 'page',
  'start-failed': 'start',
  'start-deadline': 'start',
  deaf: 'deaf',
};

export const createIncidentMonitor = (options: IncidentOptions): IncidentMonitor => {
  const { book, orchestrator, now, log } = options;
  const policy = options.policy ?? defaultPolicies.incident;
  const lastSeen = new WeakMap<ManagedSession, string>();
  let failures: readonly SessionFailure[] = [];
  let state: IncidentState | null = null;
  let shown: Incident | null = null;
  let ended: readonly Incident[] = [];
  let checks: readonly IncidentCheck[] = [];
  let probing = false;
  let probedAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | null = null;

  /** What just went wrong with a session that no person asked for; null when nothing did. */
  const failureOf = (session: ManagedSession): FailureKind | null => {
    if (session.stored.desiredState !== 'running' || session.pending !== null) return null;
    if (session.state === 'offline') return 'offline';
    if (session.state === 'logged_out') return 'logged-out';
    if (session.state === 'starting' && session.nextTryAt !== null) {
      return kindOfCode[session.reasonCode ?? ''] ?? 'worker-died';
    }
    return null;
  };
  const unsubscribe = book.onChange((session) => {
    if (session === null) return;
    const key = `${session.state} ${session.nextTryAt}`;
    const before = lastSeen.get(session);
    lastSeen.set(session, key);
    if (before === undefined || before === key) return;
    const kind = failureOf(session);
    if (kind === null) return;
    const recent = failures.filter((failure) => now() - failure.at <= policy.windowMs);
    failures = [...recent, { sessionId: session.stored.id, at: now(), kind }];
  });

  const isConnected = ({ state: seen }: ManagedSession): boolean => seen === 'connected';
  const lasting = (): SessionFailure[] =>
    failures.filter(({ sessionId }) => {
      const session = book.byId(sessionId);
      return session !== null && !isConnected(session) && failureOf(session) !== null;
    });
  /** Wanted running, linked once, and not waiting for a person. */
  const expected = (): ManagedSession[] =>
    book
      .all()
      .filter(
        (session) =>
          session.stored.desiredState === 'running' &&
          session.stored.phone !== null &&
          (!isParked(session.state) || session.reasonCode === incidentReason || session.state === 'logged_out'),
      );

  const show = (): void => {
    if (state === null) return;
    const conclusion = concludeIncident(checks, Object.values(state.kinds));
    shown = {
      id: state.startedAt,
      cause: conclusion.cause,
      startedAt: state.startedAt,
      endedAt: null,
      sessionIds: state.sessionIds,
      totalSessions: state.totalSessions,
      checks,
      conclusion: conclusion.conclusion,
      nextTryAt: state.nextTryAt,
      clientText: clientText(conclusion.blame, options.language),
    };
    options.publish([shown]);
  };

  const probe = async (): Promise<void> => {
    if (probing || now() - probedAt < probeEvery) return;
    probing = true;
    probedAt = now();
    try {
      const login = checks.find((check) => check.name === 'login');
      checks = [...(await options.probe()), ...(login === undefined ? [] : [login])];
      show();
    } catch (error) {
      log('warn', 'the network could not be probed', { error: messageOf(error) });
    } finally {
      probing = false;
    }
  };

  const setLogin = (result: IncidentCheck['result']): void => {
    checks = [...checks.filter((check) => check.name !== 'login'), { name: 'login', result }];
  };
  const join = (ids: readonly string[], id: number): void => {
    for (const sessionId of ids) {
      const session = book.byId(sessionId);
      if (session === null) continue;
      session.incidentId = id;
      book.changed(session);
      orchestrator.kick(session);
    }
  };
  const lift = (because: string): void => {
    const before = shown;
    if (state === null) return;
    const ids = state.sessionIds;
    state = null;
    shown = null;
    failures = [];
    if (before !== null) ended = [{ ...before, endedAt: now(), nextTryAt: null }, ...ended].slice(0, keptIncidents);
    options.publish([]);
    book.record(null, {
      level: 'info',
      kind: 'incident-ended',
      text: `the incident is over (${because.replace('-', ' ')}); sessions start again, a few at a time`,
      evidence: { because, sessions: ids.length },
    });
    for (const sessionId of ids) {
      const session = book.byId(sessionId);
      if (session === null) continue;
      session.incidentId = null;
      orchestrator.resume(session);
    }
  };
  const act = (action: IncidentAction, id: number): void => {
    switch (action.kind) {
      case 'join':
        join(action.sessionIds, id);
        return;
      case 'try': {
        const session = book.byId(action.sessionId);
        if (session === null) return;
        book.record(session, { level: 'info', kind: 'incident-trial', text: 'tries first, for all in the incident' });
        session.incidentId = null;
        if (session.worker === null) orchestrator.resume(session);
        else
          orchestrator.failWorker(session, { code: incidentReason, words: 'started anew to see whether it is over' });
        return;
      }
      case 'trial-failed':
        setLogin('fails');
        join([action.sessionId], id);
        return;
      case 'lift':
        if (action.because !== 'nobody-left') setLogin('ok');
        lift(action.because);
    }
  };

  const look = (): void => {
    if (state === null) {
      state = detectIncident(lasting(), expected().length, now(), policy);
      if (state === null) return;
      checks = [];
      probedAt = Number.NEGATIVE_INFINITY;
      const title = incidentTitle(concludeIncident(checks, Object.values(state.kinds)), state);
      book.record(null, { level: 'error', kind: 'incident-began', text: title, evidence: { kinds: state.kinds } });
      join(state.sessionIds, state.startedAt);
    } else {
      const id = state.startedAt;
      const step = stepIncident(
        state,
        {
          now: now(),
          failures: lasting(),
          connectedSince: new Map(
            book.all().flatMap((session) => (isConnected(session) ? [[session.stored.id, session.since]] : [])),
          ),
          wanted: expected()
            .filter((session) => session.state !== 'logged_out')
            .sort((a, b) => (a.stored.connectedSince ?? now()) - (b.stored.connectedSince ?? now()))
            .map((session) => session.stored.id),
        },
        policy,
      );
      if (step.state !== null) state = step.state;
      for (const action of step.actions) act(action, id);
      if (step.state === null) return;
    }
    show();
    void probe();
  };

  return {
    look,
    history: () => (shown === null ? ended : [shown, ...ended]),
    begin: () => {
      timer = setInterval(look, lookEvery);
    },
    close: () => {
      unsubscribe();
      if (timer !== null) clearInterval(timer);
    },
  };
};
