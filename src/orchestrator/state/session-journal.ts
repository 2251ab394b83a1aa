import { plainText } from '../../session/plain-text.ts';
import type { EventLevel } from '../../session/records.ts';
import { canMove, type SessionState } from '../../session/session-state.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Store } from '../../store/store.ts';
import { storeFaultOf } from '../../store/store-fault.ts';
import type { ManagedSession } from './managed-session.ts';

/** Why a session is in its state. */
export interface Why {
  readonly code: string | null;
  readonly words: string | null;
}
export const noReason: Why = { code: null, words: null };
/** Writes down what happens to sessions: their moves, and the events of the fleet. */
export interface SessionJournal {
  move(
    session: ManagedSession,
    to: SessionState,
    why?: Why,
    details?: { since?: EpochMs; nextTryAt?: EpochMs | null },
  ): void;
  record(
    session: ManagedSession | null,
    event: {
      level: EventLevel;
      kind: string;
      text: string;
      evidence?: Readonly<Record<string, unknown>>;
      actor?: string;
    },
  ): void;
}

/** Moves that an operator wants to read later; the rest is motion. */
const told: ReadonlyMap<SessionState, EventLevel> = new Map([
  ['qr', 'info'],
  ['code', 'info'],
  ['connected', 'info'],
  ['offline', 'warn'],
  ['waiting', 'warn'],
  ['logged_out', 'warn'],
  ['held', 'warn'],
  ['failed', 'error'],
  ['stopped', 'info'],
]);

const wordOf = (state: SessionState): string => {
  if (state === 'qr') return 'waits for a scan of its QR';
  return state === 'code' ? 'waits for its pairing code' : state.replace('_', ' ');
};

export const createSessionJournal = (options: {
  readonly store: Store;
  readonly now: () => EpochMs;
  /** Told of an entry that a full disk or a broken store did not take. */
  readonly onRefused: (error: unknown) => void;
  readonly changed: (session: ManagedSession | null) => void;
}): SessionJournal => {
  const { store, now, onRefused, changed } = options;

  const writeIfPossible = (write: () => void): void => {
    try {
      write();
    } catch (error) {
      if (storeFaultOf(error) === null) throw error;
      onRefused(error);
    }
  };

  const record: SessionJournal['record'] = (session, event) => {
    writeIfPossible(() => {
      store.events.add({
        at: now(),
        level: event.level,
        session: session === null ? null : { id: session.stored.id, name: session.stored.name },
        kind: event.kind,
        text: plainText(event.text),
        ...(event.evidence === undefined ? {} : { evidence: event.evidence }),
        actor: event.actor ?? 'master',
      });
    });
    changed(session);
  };

  const move: SessionJournal['move'] = (session, to, why = noReason, details = {}) => {
    const from = session.state;
    const words = why.words === null ? null : plainText(why.words);
    const nextTryAt = details.nextTryAt ?? null;
    if (from === to && session.reasonCode === why.code && session.reason === words && session.nextTryAt === nextTryAt)
      return;

    const isMove = from !== to;
    // A report after a silence may skip states; every one of them can be reached through `starting`.
    if (isMove && !canMove(from, to) && !(canMove(from, 'starting') && canMove('starting', to))) {
      throw new Error(`no way from ${from} to ${to}`);
    }

    session.state = to;
    session.reasonCode = why.code;
    session.reason = words;
    session.nextTryAt = nextTryAt;
    if (isMove) session.since = details.since ?? now();
    if (isMove) session.connectedAt = to === 'connected' ? session.since : null;
    // It got through.
    if (to === 'connected' || to === 'syncing' || to === 'qr' || to === 'code') session.unreachableAlone = false;
    if (to !== 'qr') session.qr = null;
    if (to !== 'code') session.pairing = null;

    writeIfPossible(() =>
      store.sessions.setState(session.stored.id, {
        state: to,
        since: session.since,
        reasonCode: why.code,
        reason: words,
      }),
    );

    const level = told.get(to);
    if (isMove && level !== undefined) {
      record(session, {
        level,
        kind: `session-${to.replace('_', '-')}`,
        text: words === null ? wordOf(to) : `${wordOf(to)}: ${words}`,
        evidence: { from, reasonCode: why.code, reason: words },
      });
    } else changed(session);
  };

  return { record, move };
};
