import type { ErasedSession, LeftBehind } from '../../session/records.ts';
import { forgetAiKeys } from '../../settings/ai-keys.ts';
import { forgetHookSecrets } from '../../settings/hook-secrets.ts';
import { forgetToolSecrets } from '../../settings/tool-secrets.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import { noReason } from '../state/session-journal.ts';
import type { FleetParts } from './fleet-parts.ts';
import type { MethodsOf } from './handlers.ts';
import { pinned } from './session-waits.ts';
import { takeLoginAway, unlink } from './take-login-away.ts';

/** The methods of the door that take a login away: logout, reset, delete. Nothing else happens to the session meanwhile. */

/** Erases a session with all that was said in it. */
export interface SessionEraser {
  /** Removes the session and promises the rest in one transaction; the number of the job that keeps the promise. */
  begin(session: ManagedSession, options: { readonly actor: string; readonly backups: boolean }): number;
  /** Resolves when all of it is gone. Rejects with what keeps it from it; it is tried again by itself then. */
  ended(job: number): Promise<ErasedSession>;
}

export const createRemovalMethods = (
  parts: FleetParts,
  eraser: SessionEraser,
): MethodsOf<'logout' | 'reset' | 'delete'> => {
  const { book, orchestrator, state, store } = parts;

  const forgetAccount = (session: ManagedSession): void => {
    store.sessions.clearAccount(session.stored.id);
    session.phone = null;
    book.reload(session);
  };

  return {
    logout: async ({ name, actor, ...pin }) => {
      const session = pinned(book.get(name), pin);

      const outcome = await orchestrator.exclusively(session, 'logout', async () => {
        const result = await unlink(parts, session);
        await parts.forgetLogin(session.stored, actor ?? 'you');
        forgetAccount(session);
        book.move(session, 'logged_out', { code: 'unlinked', words: `unlinked by ${actor ?? 'you'}` });

        return result;
      });

      return { row: state.row(session), ...outcome };
    },

    reset: async ({ name, actor, ...pin }) => {
      const session = pinned(book.get(name), pin);

      await orchestrator.exclusively(session, 'reset', async () => {
        await unlink(parts, session);
        await takeLoginAway(parts, session, { keep: true });
        await parts.forgetLogin(session.stored, actor ?? 'you');
        forgetAccount(session);
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

    delete: async ({ name, purge, backups, actor, ...pin }) => {
      const session = pinned(book.get(name), pin);

      const gone = await orchestrator.exclusively(session, 'delete', async () => {
        const { unlinked } = await unlink(parts, session);
        const archived = await takeLoginAway(parts, session, { keep: purge !== true });
        const job = purge === true ? eraser.begin(session, { actor: actor ?? 'you', backups: backups === true }) : null;

        if (job === null) {
          // Nobody can use it any more, and nobody would look for it.
          forgetAiKeys(parts.paths, [session.stored.id]);
          forgetToolSecrets(parts.paths, [session.stored.id]);
          forgetHookSecrets(parts.paths, [session.stored.id]);
          store.sessions.remove(session.stored.id);
        }
        book.record(session, {
          level: 'info',
          kind: 'session-deleted',
          text: purge === true ? 'deleted with its conversations' : 'deleted; its conversations are kept',
          evidence: { unlinked, archived: archived !== null, purged: purge === true },
          actor: actor ?? 'you',
        });
        book.drop(session);
        const bundles = job === null ? await parts.forgetLogin(session.stored, actor ?? 'you', { erased: true }) : null;

        return { unlinked, archived, job, bundles };
      });
      const { job, bundles, ...rest } = gone;
      const left: readonly LeftBehind[] =
        bundles === null ? [] : [{ what: 'login-bundle', file: null, until: null, note: bundles }];
      if (job === null) return { ...rest, purgedMessages: 0, erased: {}, left };

      // The session is gone from now on; what it leaves is not gone before this has ended.
      const erasure = await eraser.ended(job);
      return { ...rest, purgedMessages: erasure.erased['messages'] ?? 0, ...erasure };
    },
  };
};
