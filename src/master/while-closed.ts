import type { WithClosedProfile } from '../backup/backup-options.ts';
import { whenUnlocked } from '../backup/create-backup.ts';
import type { FleetParts } from '../orchestrator/door/fleet-parts.ts';
import type { ManagedSession } from '../orchestrator/state/managed-session.ts';
import { messageOf } from '../session/fleet-error.ts';

export const noLoginYet = 'it waits for its phone: there is no login yet';
const copying = { code: 'backup', words: 'its login is copied into a backup; it goes on in a moment' };
const goesOn = { code: 'backup', words: 'its login is in the backup; it starts again' };

/**
 * Runs `work` while no worker of the session lives. A running one is stopped for it (it drains: nothing is lost), keeps its place among
 * MAX_SESSIONS, and is started again afterwards, whatever became of the work.
 */
export const whileStopped = <T>(parts: FleetParts, session: ManagedSession, work: () => Promise<T>): Promise<T> =>
  parts.orchestrator.exclusively(session, 'restart', async () => {
    if (session.worker === null) return work();
    await parts.orchestrator.stopWorker(session);
    const comesBack = session.stored.desiredState === 'running';
    if (comesBack) parts.book.move(session, 'starting', copying);
    try {
      return await work();
    } finally {
      if (comesBack) parts.book.move(session, 'queued', goesOn);
    }
  });

/** For backups: a login is copied only while its browser is closed. */
export const whileClosed =
  (parts: FleetParts): WithClosedProfile =>
  async (name, copy) => {
    const copyUnlocked = () => whenUnlocked(parts.paths)(name, copy);
    const session = parts.book.byName(name);
    if (session === null) return copyUnlocked();
    if (session.worker !== null && (session.state === 'qr' || session.state === 'code'))
      return { ran: false, reason: noLoginYet };
    try {
      return await whileStopped(parts, session, copyUnlocked);
    } catch (error) {
      return { ran: false, reason: messageOf(error) };
    }
  };
