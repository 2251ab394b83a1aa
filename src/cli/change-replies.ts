import { type HomePaths, masterLock } from '../home/home-paths.ts';
import { tryLock } from '../home/lock.ts';
import { repliesWords } from '../orchestrator/door/reply-methods.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { RepliesMode } from '../session/verdict.ts';
import type { StoredSession } from '../store/session-store.ts';
import { openStore } from '../store/store.ts';

/**
 * Whether a session answers, said while nothing of the fleet runs: to start everything for it would let out the very answers that a person
 * wants to keep back. Under the master's lock, so that none comes up meanwhile. Throws `refused-by-state`.
 */
export const changeReplies = (paths: HomePaths, stored: StoredSession, replies: RepliesMode, actor: string): void => {
  const lock = tryLock(masterLock(paths));
  if (lock === null) throw new FleetError('refused-by-state', 'the fleet is being started right now. Try again.');

  try {
    const store = openStore(paths.database);
    try {
      store.database.transaction(() => {
        store.sessions.change(stored.id, { replies }, Date.now());
        store.events.add({
          at: Date.now(),
          level: 'info',
          session: stored,
          kind: `replies-${replies}`,
          text: repliesWords[replies],
          actor,
        });
      });
    } finally {
      store.close();
    }
  } finally {
    lock.release();
  }
};
