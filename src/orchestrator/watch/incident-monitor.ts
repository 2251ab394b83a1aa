import type { Incident } from '../../protocol/fleet.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { Store } from '../../store/store.ts';
import {
  detectIncident,
  type FailureKind,
  type IncidentAction,
  type SessionFailure,
  stepIncident,
} from '../health/incident-detector.ts';
import { defaultPolicies, type IncidentPolicy } from '../health/policies.ts';
import type { SessionOrchestrator } from '../reconcile/session-orchestrator.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import { incidentReason, type SessionBook } from '../state/session-book.ts';
import type { OutsideProbe } from './incident-probes.ts';
import {
  bodyOf,
  concluded,
  type IncidentRecord,
  noChecks,
  readRecord,
  shownIncident,
  titleOf,
  withCheck,
} from './incident-record.ts';

/**
 * Sees many sessions failing at once as one incident: pauses their restarts, asks whose fault it is, lets one session try first, and
 * lifts itself. Kept in the store at every step.
 */
export interface IncidentMonitor {
  look(): void;
  begin(): void;
  close(): void;
  /** Takes up the one that the last master left open: before anything is started. */
  restore(): void;
  /** The newest first, from the store. */
  history(limit: number): readonly Incident[];
}

const lookEvery: Milliseconds = 1000;
/** The outside is asked again this often while an incident lasts. */
const probeEvery: Milliseconds = 60_000;
const shown = 20;

/** What a state's reason says of how the session failed. */
const kindOf = (session: ManagedSession): FailureKind => {
  const code = session.reasonCode ?? '';
  if (session.state === 'logged_out') return 'logged-out';
  if (code.startsWith('page-') || code === 'broken' || code === 'sync-deadline') return 'page';
  if (code === 'browser-exited' || code === 'browser-died') return 'browser-died';
  if (code === 'deaf') return 'deaf';
  if (code === 'start-failed' || code === 'start-deadline') return 'start';
  return session.state === 'offline' ? 'offline' : 'worker-died';
};
/** Failures of one session by its own fault: they say nothing of the others. */
const ownCauses: ReadonlySet<string> = new Set([
  'memory-soft',
  'memory-hard',
  'profile-prune',
  'profile-busy',
  'cpu-stuck',
  'orphaned',
  incidentReason,
]);

export const createIncidentMonitor = (options: {
  readonly store: Store;
  readonly book: SessionBook;
  readonly orchestrator: Pick<SessionOrchestrator, 'kick' | 'resume' | 'failWorker'>;
  /** The open one and the last ones that ended, newest first. */
  readonly publish: (incidents: readonly Incident[]) => void;
  readonly language: 'en' | 'pt-BR';
  readonly policy?: IncidentPolicy;
  /** Asks whether WhatsApp's host is reached. */
  readonly probe: () => Promise<OutsideProbe>;
  readonly now: () => EpochMs;
  readonly log: (level: 'warn' | 'error', text: string, fields?: Readonly<Record<string, unknown>>) => void;
}): IncidentMonitor => {
  const { store, book, orchestrator, now, log } = options;
  const policy = options.policy ?? defaultPolicies.incident;
  const failures = new Map<string, SessionFailure>();
  const lastSeen = new WeakMap<ManagedSession, string>();
  let open: IncidentRecord | null = null;
  let past: readonly IncidentRecord[] = [];
  let timer: NodeJS.Timeout | null = null;
  let probing: Promise<void> | null = null;
  let probedAt = Number.NEGATIVE_INFINITY;
  let closed = false;

  const connectedMs = (session: ManagedSession): number =>
    session.stored.connectedSince === null ? 0 : now() - session.stored.connectedSince;
  const isWanted = (session: ManagedSession): boolean => {
    if (session.removed || session.surplus || session.stored.desiredState !== 'running') return false;
    // One that was never linked has nobody to lose.
    if (session.stored.phone === null) return false;
    if (session.state === 'waiting') return session.reasonCode === incidentReason;
    return !['logged_out', 'held', 'failed', 'qr', 'code', 'stopping', 'stopped'].includes(session.state);
  };
  const isLoggedOutByIt = (session: ManagedSession): boolean =>
    session.state === 'logged_out' && !session.removed && failures.get(session.stored.id)?.kind === 'logged-out';

  /** A failure that no person caused, from what just changed. */
  const notice = (session: ManagedSession): void => {
    const { state, stored, nextTryAt } = session;
    const key = `${state} ${nextTryAt ?? ''}`;
    const before = lastSeen.get(session);
    if (before === key) return;
    lastSeen.set(session, key);
    if (state === 'connected' || state === 'stopped' || state === 'stopping') failures.delete(stored.id);
    if (before === undefined || session.pending !== null || session.stopping) return;
    if (stored.desiredState !== 'running') return;
    const failed =
      state === 'offline' ||
      (state === 'starting' && nextTryAt !== null) ||
      (state === 'logged_out' && stored.firstLinkedAt !== null);
    if (!failed || ownCauses.has(session.reasonCode ?? '')) return;
    failures.set(stored.id, { sessionId: stored.id, at: now(), kind: kindOf(session) });
  };

  const save = (record: IncidentRecord): void => {
    store.incidents.update(record.id, bodyOf(record), record.endedAt);
    if (record.endedAt === null) open = record;
  };
  const publish = (): void => {
    const all = open === null ? past : [open, ...past];
    options.publish(all.slice(0, shown).map((record) => shownIncident(record, options.language)));
    const current = open;
    for (const session of book.all()) {
      const isIn =
        current?.state.sessionIds.includes(session.stored.id) === true &&
        current.state.trial?.sessionId !== session.stored.id &&
        session.state !== 'connected' &&
        session.stored.desiredState === 'running';
      const id = isIn ? current.id : null;
      if (session.incidentId === id) continue;
      // Its mark is what pauses it: see the orchestrator.
      session.incidentId = id;
      book.changed(session);
      if (id !== null && session.worker === null) orchestrator.kick(session);
    }
  };
  const askOutside = (): void => {
    if (probing !== null || closed) return;
    probedAt = performance.now();
    probing = options
      .probe()
      .then((result) => {
        if (open === null || closed) return;
        const checks = withCheck(withCheck(open.checks, 'internet', result.internet), 'whatsapp', result.whatsapp);
        const before = open.blame;
        save(concluded({ ...open, checks }));
        if (open.blame !== before)
          book.record(null, {
            level: 'warn',
            kind: 'incident-cause',
            text: `incident ${open.id}: ${open.conclusion}`,
            evidence: { incident: open.id, blame: open.blame, checks: open.checks, seen: result.seen },
          });
        publish();
      })
      .catch((error: unknown) => log('warn', 'the outside could not be probed', { error: messageOf(error) }))
      .finally(() => {
        probing = null;
      });
  };

  const begin = (state: IncidentRecord['state']): void => {
    const found: IncidentRecord = concluded({
      id: 0,
      endedAt: null,
      state,
      checks: noChecks,
      blame: 'unknown',
      cause: '',
      conclusion: '',
    });
    const record = { ...found, id: store.incidents.add(state.startedAt, bodyOf(found)) };
    open = record;
    book.record(null, {
      level: 'error',
      kind: 'incident-opened',
      text: `incident ${record.id}: ${titleOf(record)}; restarts are paused`,
      evidence: {
        incident: record.id,
        dropped: state.sessionIds.length,
        totalSessions: state.totalSessions,
        sessionIds: state.sessionIds,
        kinds: state.kinds,
      },
    });
    askOutside();
  };

  const end = (because: 'trial-connected' | 'came-back' | 'nobody-left'): void => {
    if (open === null) return;
    const checks = because === 'nobody-left' ? open.checks : withCheck(open.checks, 'login', 'ok');
    const ended = concluded({ ...open, checks, endedAt: now() }, true);
    const ids = ended.state.sessionIds;
    save(ended);
    open = null;
    past = [ended, ...past].slice(0, shown);
    failures.clear();
    book.record(null, {
      level: 'info',
      kind: 'incident-ended',
      text: `incident ${ended.id} is over: ${because.replace('-', ' ')}; its sessions start again`,
      evidence: { incident: ended.id, because, lastedMs: now() - ended.state.startedAt, checks },
    });
    for (const id of ids) {
      const session = book.byId(id);
      if (session === null) continue;
      session.incidentId = null;
      orchestrator.resume(session);
    }
  };

  const act = (action: IncidentAction): void => {
    switch (action.kind) {
      case 'join':
        if (open !== null)
          book.record(null, {
            level: 'warn',
            kind: 'incident-joined',
            text: `incident ${open.id}: ${action.sessionIds.length} more sessions`,
            evidence: { incident: open.id, joined: action.sessionIds.length, sessionIds: action.sessionIds },
          });
        return;
      case 'try': {
        const session = book.byId(action.sessionId);
        if (session === null) return;
        book.record(session, { level: 'info', kind: 'incident-trial', text: 'tries first; the others wait' });
        session.incidentId = null;
        // Only its person can link it again.
        if (session.state === 'logged_out') return;
        if (session.worker === null) orchestrator.resume(session);
        else
          orchestrator.failWorker(session, { code: incidentReason, words: 'started anew to see whether it is over' });
        return;
      }
      case 'trial-failed': {
        const session = book.byId(action.sessionId);
        if (open === null) return;
        const cameUp = session !== null && session.worker !== null && session.state !== 'starting';
        const page = session === null ? 'unknown' : cameUp ? 'ok' : 'fails';
        save(concluded({ ...open, checks: withCheck(withCheck(open.checks, 'login', 'fails'), 'page', page) }));
        book.record(session, {
          level: 'warn',
          kind: 'incident-trial-failed',
          text: `did not connect; ${open.conclusion}`,
          evidence: { blame: open.blame, nextTryAt: action.nextTryAt, checks: open.checks },
        });
        askOutside();
        return;
      }
      case 'lift':
        end(action.because);
    }
  };

  const step = (): void => {
    const sessions = [...book.all()].sort((a, b) => connectedMs(b) - connectedMs(a));
    const wanted = sessions.filter(isWanted);
    const loggedOut = sessions.filter(isLoggedOutByIt);
    const lasting = [...failures.values()].filter(({ sessionId }) =>
      [...wanted, ...loggedOut].some((session) => session.stored.id === sessionId && session.state !== 'connected'),
    );
    if (open === null) {
      const found = detectIncident(lasting, wanted.length + loggedOut.length, now(), policy);
      if (found === null) return;
      begin(found);
      publish();
      return;
    }
    const connectedSince = new Map(
      wanted
        .filter((session) => session.state === 'connected')
        .map((session) => [session.stored.id, session.connectedAt ?? session.since]),
    );
    const { state, actions } = stepIncident(
      open.state,
      {
        now: now(),
        failures: lasting,
        connectedSince,
        wanted: [...wanted, ...loggedOut].map((session) => session.stored.id),
      },
      policy,
    );
    if (state !== null && JSON.stringify(state) !== JSON.stringify(open.state)) save({ ...open, state });
    for (const action of actions) act(action);
    if (open !== null && performance.now() - probedAt > probeEvery) askOutside();
    publish();
  };
  const look = (): void => {
    if (closed) return;
    try {
      step();
    } catch (error) {
      // The store was busy; the next second looks again.
      log('error', 'incidents could not be looked at', { error: messageOf(error) });
    }
  };

  const unsubscribe = book.onChange((session) => {
    if (session !== null && !closed) notice(session);
  });

  return {
    look,
    restore: () => {
      const records = store.incidents
        .list(shown)
        .map(readRecord)
        .filter((record) => record !== null);
      past = records.filter((record) => record.endedAt !== null);
      open = records.find((record) => record.endedAt === null) ?? null;
      // What its sessions were before is not known any more; those that still fail are in it already.
      for (const session of book.all()) lastSeen.set(session, `${session.state} ${session.nextTryAt ?? ''}`);
      publish();
    },
    begin: () => {
      timer = setInterval(look, lookEvery);
    },
    close: () => {
      closed = true;
      unsubscribe();
      if (timer !== null) clearInterval(timer);
    },
    history: (limit) =>
      store.incidents.list(limit).flatMap((stored) => {
        const record = readRecord(stored);
        return record === null ? [] : [shownIncident(record, options.language)];
      }),
  };
};
