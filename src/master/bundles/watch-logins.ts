import { dropReplaced } from '../../bundles/swap-login.ts';
import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { SessionState } from '../../session/session-state.ts';
import type { LoginWork } from './login-work.ts';

/** What WhatsApp makes of a login that came: taken, or not. And who was linked anew, so that a bundle is made of it. */

const asksForPhone: ReadonlySet<SessionState> = new Set(['qr', 'code', 'logged_out']);

export const watchLogins = (work: LoginWork): (() => void) => {
  const { paths, store, book, log, now } = work;
  const lastSeen = new WeakMap<ManagedSession, SessionState>();
  /** They asked for a phone since they started. */
  const asked = new WeakSet<ManagedSession>();

  const noteLinked = ({ stored }: ManagedSession): void => {
    store.loginBundles.change(stored.id, { linkedAt: now() });
  };

  const isTaken = (session: ManagedSession): void => {
    const { id, name } = session.stored;
    const fetched = store.loginBundles.get(id)?.fetched;
    if (fetched === undefined || fetched === null || fetched.taken === true) return;

    const known = fetched.taken === false ? { problem: null } : {};
    store.loginBundles.change(id, { ...known, fetched: { ...fetched, taken: fetched.taken ?? true } });
    dropReplaced(paths, name).catch((error: unknown) =>
      log.warn('the login from before could not be removed', { session: name, error: messageOf(error) }),
    );
  };

  const isRefused = (session: ManagedSession): void => {
    const { id, name } = session.stored;
    const fetched = store.loginBundles.get(id)?.fetched;
    if (fetched === undefined || fetched === null || fetched.taken !== null) return;

    const text = `WhatsApp did not take the login that came from ${fetched.from}: scan its QR (zap-fleet qr ${name}). The login from before is kept until then`;
    store.loginBundles.change(id, { fetched: { ...fetched, taken: false }, problem: { at: now(), text } });
    book.record(session, { level: 'warn', kind: 'login-refused', text, evidence: { from: fetched.from } });
  };

  return book.onChange((session) => {
    if (session === null || session.removed) return;
    const { state } = session;
    if (lastSeen.get(session) === state) return;
    lastSeen.set(session, state);

    if (state === 'connected') {
      if (asked.delete(session)) noteLinked(session);
      isTaken(session);
    } else if (asksForPhone.has(state)) {
      asked.add(session);
      isRefused(session);
    } else if (state === 'stopped') asked.delete(session);
  });
};
