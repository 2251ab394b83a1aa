import { profileLock } from '../../home/home-paths.ts';
import { tryLock } from '../../home/lock.ts';
import type { PendingOperation } from '../../protocol/fleet.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';
import { archiveLogin, removeLogin } from '../profile/login-archive.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import { noReason } from '../state/session-book.ts';
import type { FleetHandlers, FleetParts } from './fleet-parts.ts';
import { pinned } from './session-waits.ts';

/** The methods of the door that take a login away: logout, reset, delete. Nothing else happens to the session meanwhile. */

/** The page tells the phone, and the phone answers (facts/wppconnect.md). */
const unlinkWithin: Milliseconds = 25_000;

export const createRemovalMethods = (parts: FleetParts): FleetHandlers => {
  const { book, orchestrator, state, store, paths, now } = parts;
  const nameOf = (session: ManagedSession): string => session.stored.name;

  /** Unlinks while the worker still runs; why not, in words, when it could not be. Ends the worker either way. */
  const unlink = async (session: ManagedSession): Promise<{ unlinked: boolean; reason: string | null }> => {
    let outcome: { unlinked: boolean; reason: string | null };
    const linked = session.state === 'connected' || session.state === 'syncing' || session.state === 'offline';
    if (!linked) {
      const isLinked = session.stored.phone !== null;
      outcome = {
        unlinked: !isLinked,
        reason: isLinked
          ? 'it does not run; remove it on the phone too: WhatsApp > Linked devices'
          : 'no phone was linked',
      };
    } else {
      // From here on its end is ours: nobody starts it again.
      session.stopping = true;
      try {
        await orchestrator.ask(session, { command: 'logout' }, unlinkWithin);
        outcome = { unlinked: true, reason: null };
      } catch (error) {
        outcome = {
          unlinked: false,
          reason: `${messageOf(error)} Remove it on the phone: WhatsApp > Linked devices`,
        };
      }
    }
    await orchestrator.stopWorker(session);
    return outcome;
  };

  const withProfile = async <T>(session: ManagedSession, work: () => Promise<T>): Promise<T> => {
    const lock = tryLock(profileLock(paths, session.stored.name));
    if (lock === null) {
      throw new FleetError(
        'refused-by-state',
        `something still uses the login of ${nameOf(session)}. See: zap-fleet doctor`,
      );
    }
    try {
      return await work();
    } finally {
      lock.release();
    }
  };

  const takeLoginAway = (session: ManagedSession): Promise<string | null> =>
    withProfile(session, async () => {
      const archived = await archiveLogin(paths, session.stored.name, now());
      removeLogin(paths, session.stored.name);
      return archived;
    });

  const operate = <T>(session: ManagedSession, kind: PendingOperation['kind'], work: () => Promise<T>): Promise<T> =>
    orchestrator.exclusively(session, kind, work);

  return {
    logout: async ({ name, actor, ...pin }) => {
      const session = pinned(book.get(name), pin);
      const outcome = await operate(session, 'logout', async () => {
        const result = await unlink(session);
        store.sessions.clearAccount(session.stored.id);
        session.phone = null;
        book.reload(session);
        book.move(session, 'logged_out', { code: 'unlinked', words: `unlinked by ${actor ?? 'you'}` });
        return result;
      });
      return { row: state.row(session), ...outcome };
    },

    reset: async ({ name, actor, ...pin }) => {
      const session = pinned(book.get(name), pin);
      await operate(session, 'reset', async () => {
        await unlink(session);
        await takeLoginAway(session);
        store.sessions.clearAccount(session.stored.id);
        session.phone = null;
        book.reload(session);
        book.record(session, {
          level: 'info',
          kind: 'login-reset',
          text: 'new login; settings and history are kept',
          actor: actor ?? 'you',
        });
        book.move(session, session.stored.desiredState === 'running' ? 'queued' : 'stopped', noReason);
      });
      return { row: state.row(session) };
    },

    delete: async ({ name, purge, actor, ...pin }) => {
      const session = pinned(book.get(name), pin);
      return operate(session, 'delete', async () => {
        const { unlinked } = await unlink(session);
        const archived = await takeLoginAway(session);
        const purgedMessages = purge === true ? store.retention.purgeSession(session.stored.id, now()).messages : 0;
        store.sessions.remove(session.stored.id);
        book.record(session, {
          level: 'info',
          kind: 'session-deleted',
          text: purge === true ? 'deleted with its conversations' : 'deleted; its conversations are kept',
          evidence: { unlinked, archived: archived !== null, purged: purge === true, purgedMessages },
          actor: actor ?? 'you',
        });
        book.drop(session);
        return { unlinked, archived, purgedMessages };
      });
    },
  };
};
