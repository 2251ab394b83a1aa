import { withDeadline } from '../../pace/deadline.ts';
import type { PendingOperation } from '../../protocol/fleet.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { SessionName } from '../../session/session-name.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { unknownSession } from '../../session/unknown-session.ts';
import type { Store } from '../../store/store.ts';
import { createManagedSession, type ManagedSession } from './managed-session.ts';
import { createSessionJournal, type SessionJournal } from './session-journal.ts';

/** The reason of a session whose restarts an incident pauses; it goes on by itself when that is over. */
export const incidentReason = 'incident';

/** All sessions that the master knows: their states move here and nowhere else, stored and told at once. */
export interface SessionBook extends SessionJournal {
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
  setPending(session: ManagedSession, kind: PendingOperation['kind'] | null): void;
  /** Something about the session that is shown has changed. */
  changed(session: ManagedSession): void;
  onChange(listener: (session: ManagedSession | null) => void): () => void;
  /** Resolves when `test` is not null; rejects `timeout` after `within` with the words of `what`. */
  when<T>(session: ManagedSession, test: () => T | null, within: Milliseconds, what: () => string): Promise<T>;
}

/** The first value of `test` that is not null, now or after a change of the session; what `test` throws rejects it. */
const awaitChange = <T>(
  session: ManagedSession,
  test: () => T | null,
  onChange: SessionBook['onChange'],
): { readonly value: Promise<T>; readonly stop: () => void } => {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const look = (which: ManagedSession | null): void => {
    if (which !== null && which !== session) return;
    try {
      const value = test();
      if (value !== null) resolve(value);
    } catch (error) {
      reject(error);
    }
  };

  const stop = onChange(look);
  look(session);

  return { value: promise, stop };
};

/** `onRefused`: told of an entry that the store did not take. A full disk or a broken store must not keep a session from being stopped or healed. */
export const createSessionBook = (
  store: Store,
  now: () => EpochMs,
  onRefused: (error: unknown) => void = () => undefined,
): SessionBook => {
  const sessions = new Map<string, ManagedSession>();
  const listeners = new Set<(session: ManagedSession | null) => void>();
  for (const stored of store.sessions.list()) sessions.set(stored.name, createManagedSession(stored));

  const changed = (session: ManagedSession | null): void => {
    for (const listener of [...listeners]) listener(session);
  };

  const onChange: SessionBook['onChange'] = (listener) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  };

  const { record, move } = createSessionJournal({ store, now, onRefused, changed });

  const get = (name: string): ManagedSession => {
    const session = sessions.get(name);
    if (session === undefined) throw unknownSession(name, [...sessions.keys()]);

    return session;
  };

  const refresh = (): void => {
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
    refresh,
    move,
    setPending: (session, kind) => {
      session.pending = kind === null ? null : { kind, since: now() };
      changed(session);
    },
    record,
    changed,
    onChange,
    when: (session, test, within, what) => {
      const change = awaitChange(session, test, onChange);

      return withDeadline(change.value, within, () => new FleetError('timeout', what())).finally(change.stop);
    },
  };
};
