import type { WithClosedProfile } from '../../backup/backup-options.ts';
import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import { type Beat, createBeat } from '../../pace/beat.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { LoginBundle } from '../../session/login-bundle.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { LoginWork } from './login-work.ts';
import { makeBundle } from './make-bundle.ts';

/**
 * When a bundle of a session that runs is made: some minutes after its phone was linked, and once a day. Its browser is closed for that
 * (for as long as a copy takes), so a moment is taken in which no customer waits.
 */

export interface DueTiming {
  readonly everyMs: Milliseconds;
  /** After a link WhatsApp brings the history; a browser that is closed in the middle of it begins again. */
  readonly settledMs: Milliseconds;
  readonly dailyMs: Milliseconds;
  /** So long a quiet moment is waited for. */
  readonly patienceMs: Milliseconds;
  /** After one that was not made. */
  readonly againMs: Milliseconds;
}

export const usualDueTiming: DueTiming = {
  everyMs: 60_000,
  settledMs: 10 * 60_000,
  dailyMs: 24 * 3_600_000,
  patienceMs: 3_600_000,
  againMs: 3_600_000,
};

/** Since when a bundle is due; null: it is not. */
export const dueSince = (
  session: Pick<ManagedSession, 'connectedAt'>,
  known: LoginBundle | null,
  timing: DueTiming,
  now: EpochMs,
): EpochMs | null => {
  const { connectedAt } = session;
  if (connectedAt === null || now - connectedAt < timing.settledMs) return null;
  const failed = known?.problem ?? null;
  if (failed !== null && now - failed.at < timing.againMs) return null;

  // A login that Storage never had, or that is another one since.
  if (known === null || known.made === null || known.linkedAt !== null)
    return Math.max(connectedAt, known?.linkedAt ?? 0) + timing.settledMs;
  const dueAt = known.made.at + timing.dailyMs;
  return now >= dueAt ? dueAt : null;
};

export const createDueBundles = (
  work: LoginWork,
  options: {
    readonly withClosedProfile: WithClosedProfile;
    /** How many of its customers wait for an answer. */
    readonly waitingOf: (session: ManagedSession) => number;
    readonly timing: DueTiming;
  },
): Beat => {
  const { store, book, jobs, log, now } = work;
  const { timing, waitingOf } = options;

  const isDue = (session: ManagedSession): boolean => {
    if (session.state !== 'connected' || session.pending !== null || work.epochOf(session) === null) return false;
    if (jobs.find('bundle-push', session.stored.name) !== null) return false;

    const since = dueSince(session, store.loginBundles.get(session.stored.id), timing, now());
    return since !== null && (waitingOf(session) === 0 || now() - since > timing.patienceMs);
  };

  const lookAt = async (session: ManagedSession): Promise<void> => {
    const epoch = work.epochOf(session);
    if (epoch === null) return;
    try {
      const { withClosedProfile } = options;
      await makeBundle(work, session, epoch, { withClosedProfile, signal: work.ending, actor: 'master' });
    } catch (error) {
      if (work.ending.aborted) return;
      const text = messageOf(error);
      log.warn('a login bundle was not made', { session: session.stored.name, error: text });
      store.loginBundles.change(session.stored.id, { problem: { at: now(), text } });
    }
  };

  return createBeat({
    // One at a time: each closes a browser.
    look: async () => {
      const due = book.all().find(isDue);
      if (due !== undefined) await lookAt(due);
    },
    everyMs: timing.everyMs,
    withinMs: 10 * 60_000,
    onProblem: (error) => log.warn('login bundles could not be looked at', { error: messageOf(error) }),
    unref: true,
  });
};
