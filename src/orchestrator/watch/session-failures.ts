import { isNetworkReason } from '../../session/network-fault.ts';
import type { EpochMs } from '../../session/units.ts';
import type { FailureKind, SessionFailure } from '../health/incident-detector.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import { incidentReason, type SessionBook } from '../state/session-book.ts';

/** Which sessions failed by no person's doing and have not come back: what incidents are made of. */
export interface SessionFailures {
  /** Sessions that should be connected, longest connected first; those that were logged out by it come last. */
  concerned(): readonly ManagedSession[];
  /** Failures of those that still last. */
  lasting(concerned: readonly ManagedSession[]): readonly SessionFailure[];
  /** Takes what is now for given: only what changes from here on is a failure. */
  takeAsGiven(): void;
  /** An incident is over: what failed in it does not count any more. */
  clear(): void;
  close(): void;
}

/** What a state's reason says of how the session failed. */
const kindOf = (session: ManagedSession): FailureKind => {
  const code = session.reasonCode ?? '';
  if (session.state === 'logged_out') return 'logged-out';
  if (code.startsWith('page-') || code === 'broken' || code === 'sync-deadline') return 'page';
  if (code === 'browser-exited' || code === 'browser-died') return 'browser-died';
  if (code === 'deaf') return 'deaf';
  if (isNetworkReason(code)) return 'network';
  if (code === 'start-failed' || code === 'start-deadline') return 'start';
  return session.state === 'offline' ? 'offline' : 'worker-died';
};
/** Failures of one session by its own fault, or because its right to run here was over: they say nothing of this machine. */
const ownCauses: ReadonlySet<string> = new Set([
  'memory-soft',
  'memory-hard',
  'profile-prune',
  'profile-busy',
  'cpu-stuck',
  'orphaned',
  'fenced',
  incidentReason,
]);

const unwantedStates: ReadonlySet<string> = new Set([
  'logged_out',
  'held',
  'failed',
  'qr',
  'code',
  'stopping',
  'stopped',
]);

const isWanted = (session: ManagedSession): boolean => {
  if (session.removed || session.surplus || session.stored.desiredState !== 'running') return false;
  if (session.state === 'waiting') return session.reasonCode === incidentReason;

  return !unwantedStates.has(session.state);
};

/** It works, waits for a phone, or is not wanted any more. */
const endsFailure: ReadonlySet<string> = new Set(['connected', 'qr', 'code', 'stopped', 'stopping']);

/** Changes whenever the session gets into a state, or is to be tried again. */
const changeKey = ({ state, nextTryAt }: ManagedSession): string => `${state} ${nextTryAt ?? ''}`;

const hasFailed = ({ state, nextTryAt, stored, reasonCode }: ManagedSession): boolean => {
  if (ownCauses.has(reasonCode ?? '')) return false;
  // One that was never linked has nobody to lose, but it needs the network like all others.
  if (stored.phone === null && stored.firstLinkedAt === null && !isNetworkReason(reasonCode)) return false;

  return (
    state === 'offline' ||
    (state === 'starting' && nextTryAt !== null) ||
    (state === 'logged_out' && stored.firstLinkedAt !== null)
  );
};

export const createSessionFailures = (book: SessionBook, now: () => EpochMs): SessionFailures => {
  const failures = new Map<string, SessionFailure>();
  const lastSeen = new WeakMap<ManagedSession, string>();

  const connectedMs = ({ stored }: ManagedSession): number =>
    stored.connectedSince === null ? 0 : now() - stored.connectedSince;

  const isLoggedOutByIt = (session: ManagedSession): boolean =>
    session.state === 'logged_out' && !session.removed && failures.get(session.stored.id)?.kind === 'logged-out';

  const noticeChange = (session: ManagedSession): void => {
    const { state, stored } = session;
    const key = changeKey(session);
    const before = lastSeen.get(session);
    if (before === key) return;

    lastSeen.set(session, key);
    if (endsFailure.has(state)) failures.delete(stored.id);
    if (before === undefined || session.pending !== null || session.stopping) return;
    if (stored.desiredState !== 'running' || !hasFailed(session)) return;

    failures.set(stored.id, { sessionId: stored.id, at: now(), kind: kindOf(session) });
  };

  const unsubscribe = book.onChange((session) => {
    if (session !== null) noticeChange(session);
  });

  return {
    concerned: () => {
      const sessions = [...book.all()].sort((a, b) => connectedMs(b) - connectedMs(a));

      const isConcerned = (session: ManagedSession): boolean =>
        isWanted(session) && (session.stored.phone !== null || failures.has(session.stored.id));

      return [...sessions.filter(isConcerned), ...sessions.filter(isLoggedOutByIt)];
    },
    lasting: (concerned) =>
      [...failures.values()].filter(({ sessionId }) =>
        concerned.some((session) => session.stored.id === sessionId && session.state !== 'connected'),
      ),
    takeAsGiven: () => {
      for (const session of book.all()) lastSeen.set(session, changeKey(session));
    },
    clear: () => failures.clear(),
    close: unsubscribe,
  };
};
