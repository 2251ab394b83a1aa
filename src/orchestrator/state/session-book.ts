import type { PendingOperation } from '../../protocol/fleet.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import type { EventLevel } from '../../session/records.ts';
import type { SessionName } from '../../session/session-name.ts';
import { canMove, type SessionState } from '../../session/session-state.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { Store } from '../../store/store.ts';
import { createManagedSession, type ManagedSession } from './managed-session.ts';

/** Why a session is in its state. */
export interface Why {
  readonly code: string | null;
  readonly words: string | null;
}
export const noReason: Why = { code: null, words: null };
/** The reason of a session whose restarts an incident pauses; it goes on by itself when that is over. */
export const incidentReason = 'incident';

/** All sessions that the master knows: their states move here and nowhere else, stored and told at once. */
export interface SessionBook {
  all(): readonly ManagedSession[];
  byName(name: string): ManagedSession | null;
  byId(id: string): ManagedSession | null;
  /** Throws `no-such-session`. */
  get(name: string): ManagedSession;
  add(name: SessionName): ManagedSession;
  drop(session: ManagedSession): void;
  /** Reads the stored row again; sessions that others removed or made are taken in. */
  refresh(): void;
  reload(session: ManagedSession): void;
  move(
    session: ManagedSession,
    to: SessionState,
    why?: Why,
    details?: { since?: EpochMs; nextTryAt?: EpochMs | null },
  ): void;
  setPending(session: ManagedSession, kind: PendingOperation['kind'] | null): void;
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
  /** Something about the session that is shown has changed. */
  changed(session: ManagedSession): void;
  onChange(listener: (session: ManagedSession | null) => void): () => void;
  /** Resolves when `test` is not null; rejects `timeout` after `within` with the words of `what`. */
  when<T>(session: ManagedSession, test: () => T | null, within: Milliseconds, what: () => string): Promise<T>;
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

/** SQLITE_FULL and SQLITE_IOERR. */
const isDiskTrouble = (error: unknown): boolean =>
  error instanceof Error &&
  'errcode' in error &&
  typeof error.errcode === 'number' &&
  [13, 10].includes(error.errcode & 0xff);

/** `onDiskFull`: told of an entry that the disk did not take. A full disk must not keep a session from being stopped or healed. */
export const createSessionBook = (
  store: Store,
  now: () => EpochMs,
  onDiskFull: (error: unknown) => void = () => undefined,
): SessionBook => {
  const writeIfPossible = (write: () => void): void => {
    try {
      write();
    } catch (error) {
      if (!isDiskTrouble(error)) throw error;
      onDiskFull(error);
    }
  };
  const sessions = new Map<string, ManagedSession>();
  const listeners = new Set<(session: ManagedSession | null) => void>();
  for (const stored of store.sessions.list()) sessions.set(stored.name, createManagedSession(stored));

  const changed = (session: ManagedSession | null): void => {
    for (const listener of [...listeners]) listener(session);
  };
  const record: SessionBook['record'] = (session, event) => {
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
  const get = (name: string): ManagedSession => {
    const session = sessions.get(name);
    if (session === undefined) {
      throw new FleetError(
        'no-such-session',
        `there is no session ${JSON.stringify(plainText(name.slice(0, 60)))}. See: zap-fleet ls`,
      );
    }
    return session;
  };

  return {
    all: () => [...sessions.values()],
    byName: (name) => sessions.get(name) ?? null,
    byId: (id) => [...sessions.values()].find((session) => session.stored.id === id) ?? null,
    get,
    add: (name) => {
      const stored = store.sessions.get(name);
      if (stored === null) throw new FleetError('no-such-session', `there is no session ${name}. See: zap-fleet ls`);
      const session = createManagedSession(stored);
      sessions.set(name, session);
      changed(session);
      return session;
    },
    drop: (session) => {
      session.removed = true;
      sessions.delete(session.stored.name);
      changed(session);
    },
    reload: (session) => {
      session.stored = store.sessions.byId(session.stored.id) ?? session.stored;
      changed(session);
    },
    refresh: () => {
      const listed = new Map(store.sessions.list().map((stored) => [stored.name as string, stored]));
      for (const [name, stored] of listed) {
        const known = sessions.get(name);
        if (known === undefined) sessions.set(name, createManagedSession(stored));
        else known.stored = stored;
      }
      for (const [name, session] of sessions) {
        if (!listed.has(name) && session.pending === null) {
          session.removed = true;
          sessions.delete(name);
        }
      }
      changed(null);
    },
    move: (session, to, why = noReason, details = {}) => {
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
          text: words === null ? to.replace('_', ' ') : `${to.replace('_', ' ')}: ${words}`,
          evidence: { from, reasonCode: why.code, reason: words },
        });
      } else changed(session);
    },
    setPending: (session, kind) => {
      session.pending = kind === null ? null : { kind, since: now() };
      changed(session);
    },
    record,
    changed,
    onChange: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    when: (session, test, within, what) =>
      new Promise((done, fail) => {
        const finish = (then: () => void): void => {
          clearTimeout(timer);
          listeners.delete(look);
          then();
        };
        const look = (which: ManagedSession | null): void => {
          if (which !== null && which !== session) return;
          try {
            const value = test();
            if (value !== null) finish(() => done(value));
          } catch (error) {
            finish(() => fail(error));
          }
        };
        const timer = setTimeout(() => finish(() => fail(new FleetError('timeout', what()))), within);
        listeners.add(look);
        look(session);
      }),
  };
};
