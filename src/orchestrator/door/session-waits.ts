import { FleetError } from '../../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { durationText } from '../../words/written/duration.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import { incidentReason, type SessionBook } from '../state/session-book.ts';

/** What a command checks before it changes a session, and what it waits for afterwards. */

/** A start waits for its turn behind others; each browser takes seconds on a busy machine. */
const startWithin: Milliseconds = 180_000;
const stopWithin: Milliseconds = 45_000;

const nameOf = (session: ManagedSession): string => session.stored.name;

interface Pin {
  readonly id?: string | undefined;
  readonly revision?: number | undefined;
}

/** A dialog that is pinned to what a person saw is refused when that is not so any more. */
export const pinned = (session: ManagedSession, pin: Pin): ManagedSession => {
  const { stored } = session;
  if (
    (pin.id !== undefined && pin.id !== stored.id) ||
    (pin.revision !== undefined && pin.revision !== stored.revision)
  ) {
    throw new FleetError(
      'refused-by-state',
      `${stored.name} has changed since you looked. Look again, then repeat it.`,
    );
  }
  return session;
};

export const refuseWhileBusy = (session: ManagedSession): void => {
  if (session.pending !== null) {
    throw new FleetError(
      'refused-by-state',
      `${session.stored.name} is busy with "${session.pending.kind}". Wait until that is done.`,
    );
  }
};

export const isUp = ({ state, worker }: ManagedSession): boolean =>
  worker !== null && !worker.awaitsReport && state !== 'starting' && state !== 'stopping' && state !== 'queued';

/** Throws `no-such-session`. */
export const refuseWhenGone = (session: ManagedSession): void => {
  if (session.removed) throw new FleetError('no-such-session', `${nameOf(session)} was deleted meanwhile.`);
};

/** What was tried, and when it is tried again: said once, to the person who asked for the start. */
export const failedStart = (
  session: Pick<ManagedSession, 'stored' | 'reason' | 'attempt'>,
  leftMs: Milliseconds,
): string => {
  const { name } = session.stored;
  const left = durationText(Math.max(1, Math.ceil(leftMs / 1000)) * 1000, 'en');
  const next =
    session.attempt === 0
      ? `It is tried again in ${left}, by itself.`
      : `That was try ${session.attempt}; the next one is in ${left}, by itself.`;
  return `${name} did not start: ${session.reason ?? 'it failed'}. ${next} See: zap-fleet logs ${name}`;
};

export const createSessionWaits = (book: SessionBook, now: () => EpochMs) => {
  /** Runs, waits for a place, or says why it does not start. */
  const untilStarted = (session: ManagedSession, isFresh: () => boolean): Promise<true> =>
    book.when(
      session,
      () => {
        refuseWhenGone(session);
        if (session.stored.desiredState === 'stopped') {
          throw new FleetError('refused-by-state', `${nameOf(session)} was stopped meanwhile.`);
        }
        if (session.state === 'failed') {
          throw new FleetError(
            'failed',
            `${nameOf(session)} gave up: ${session.reason ?? 'it failed'}. It is tried again only when you start it. See: zap-fleet logs ${nameOf(session)}`,
          );
        }
        if (!isFresh()) return null;
        if (session.state === 'held' && session.worker === null && session.nextTryAt !== null)
          throw new FleetError('refused-by-state', `${nameOf(session)} is held: ${session.reason ?? 'see its events'}`);
        if (session.state === 'starting' && session.nextTryAt !== null) {
          throw new FleetError('unavailable', failedStart(session, session.nextTryAt - now()));
        }
        // It waits for the network's return with all others; a person who waits for it here waits for nothing.
        if (session.state === 'waiting' && session.worker === null && session.reasonCode === incidentReason)
          return true;
        if (session.state === 'queued' && session.reasonCode !== null && session.reasonCode !== 'starting-limit')
          return true;
        return isUp(session) ? true : null;
      },
      startWithin,
      () =>
        `${nameOf(session)} is still ${session.state}${session.reason === null ? '' : ` (${session.reason})`}. See: zap-fleet ls`,
    );

  const untilStopped = (session: ManagedSession): Promise<true> =>
    book.when(
      session,
      () => {
        if (session.removed) return true;
        if (session.stored.desiredState === 'running') {
          throw new FleetError('refused-by-state', `${nameOf(session)} was started meanwhile.`);
        }
        return session.state === 'stopped' && session.worker === null ? true : null;
      },
      stopWithin,
      () => `${nameOf(session)} is still ${session.state}. See: zap-fleet logs ${nameOf(session)}`,
    );

  return { untilStarted, untilStopped };
};
