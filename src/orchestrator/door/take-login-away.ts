import { profileLock } from '../../home/home-paths.ts';
import { tryLock } from '../../home/lock.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';
import { archiveLogin, removeLogin } from '../profile/login-archive.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import type { FleetParts } from './fleet-parts.ts';

/** The two steps in which a session loses its login: WhatsApp unlinks it, then its profile leaves the disk for the archive. */

/** The page tells the phone and waits for its answer, which a phone on a poor network gives late. */
const unlinkWithin: Milliseconds = 25_000;

export interface Unlinked {
  readonly unlinked: boolean;
  /** Why not, in words. */
  readonly reason: string | null;
}

const askToUnlink = async ({ orchestrator }: FleetParts, session: ManagedSession): Promise<Unlinked> => {
  const isLinked = session.state === 'connected' || session.state === 'syncing' || session.state === 'offline';
  if (!isLinked) {
    if (session.stored.phone === null) return { unlinked: true, reason: 'no phone was linked' };
    return { unlinked: false, reason: 'it does not run; remove it on the phone too: WhatsApp > Linked devices' };
  }

  // From here on its end is ours: nobody starts it again.
  session.stopping = true;
  try {
    await orchestrator.ask(session, { command: 'logout' }, unlinkWithin);
    return { unlinked: true, reason: null };
  } catch (error) {
    return { unlinked: false, reason: `${messageOf(error)} Remove it on the phone: WhatsApp > Linked devices` };
  }
};

/** Unlinks while the worker still runs. Ends the worker either way. */
export const unlink = async (parts: FleetParts, session: ManagedSession): Promise<Unlinked> => {
  const outcome = await askToUnlink(parts, session);
  await parts.orchestrator.stopWorker(session);

  return outcome;
};

/**
 * Archives the login (unless nothing is to be kept of it) and removes it; the archive, or null when there was none. Throws
 * `refused-by-state` while something uses it.
 */
export const takeLoginAway = async (
  { paths, now, sealArchive }: FleetParts,
  session: ManagedSession,
  { keep }: { readonly keep: boolean },
): Promise<string | null> => {
  const { name } = session.stored;
  const lock = tryLock(profileLock(paths, name));
  if (lock === null)
    throw new FleetError('refused-by-state', `something still uses the login of ${name}. See: zap-fleet doctor`);

  try {
    const archived = keep ? await archiveLogin(paths, name, { now: now(), seal: sealArchive }) : null;
    await removeLogin(paths, name);
    return archived;
  } finally {
    lock.release();
  }
};
