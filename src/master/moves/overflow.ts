import type { QueueReasonCode } from '../../orchestrator/health/admission.ts';
import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { MoveArgs } from './move-session.ts';
import { findTarget, type TargetSearch } from './move-target.ts';
import { type MoveWork, ownNode } from './move-work.ts';

/**
 * A session with failover auto that waits here for a place goes to a server of the group that has one. It is offered there, as a move is: a
 * lease that was given back would be respected for a minute and a half, so that nobody answered meanwhile.
 */

export interface OverflowOptions {
  readonly work: MoveWork;
  /** Why a session's login does not travel; null: it does. */
  readonly loginStays: string | null;
  /** Whether it is another server's by now. */
  readonly isElsewhere: (session: ManagedSession) => boolean;
  /** The master ends. */
  readonly ending: AbortSignal;
  readonly timing?: OverflowTiming;
}

export interface OverflowTiming {
  /** So long a place may come free here first: a worker that is restarted gives its own up for a moment. */
  readonly patienceMs: Milliseconds;
  /** What came, or was to go, so lately stays: two servers that are both nearly full do not hand it to and fro. */
  readonly restMs: Milliseconds;
}

export const usualOverflowTiming: OverflowTiming = { patienceMs: 60_000, restMs: 600_000 };

/** What only another machine, or less on this one, can mend; starts that are paced go on by themselves. */
const noPlace: ReadonlySet<string> = new Set<QueueReasonCode>(['max-sessions', 'memory', 'descriptors']);
const eventsLookedAt = 30;

export const createOverflow = (options: OverflowOptions) => {
  const { work, isElsewhere, ending } = options;
  const { store, book, jobs, group, now } = work;
  const { patienceMs, restMs } = options.timing ?? usualOverflowTiming;
  const triedAt = new Map<string, EpochMs>();
  const search: TargetSearch = { work, loginStays: options.loginStays, anyway: false, given: [] };

  const cameLately = ({ stored }: ManagedSession): boolean =>
    store.events
      .list({ sessionName: stored.name, limit: eventsLookedAt })
      .some(({ kind, at }) => kind === 'session-arrived' && now() - at < restMs);

  const waitsInVain = (session: ManagedSession): boolean => {
    const { stored, state, reasonCode, since } = session;
    return (
      stored.failover === 'auto' &&
      stored.desiredState === 'running' &&
      state === 'queued' &&
      reasonCode !== null &&
      noPlace.has(reasonCode) &&
      now() - since >= patienceMs &&
      session.leaving === null &&
      session.pending === null &&
      !session.removed &&
      now() - (triedAt.get(stored.id) ?? Number.NEGATIVE_INFINITY) >= restMs &&
      !isElsewhere(session) &&
      !cameLately(session)
    );
  };

  return {
    /** One look: at most one session goes, so that the other servers' room is known anew before the next. */
    look: async (): Promise<void> => {
      const waiting = book.all().filter(waitsInVain);
      if (waiting.length === 0 || store.jobs.open().some(({ kind }) => kind === 'move' || kind === 'node-drain'))
        return;

      const nodes = await group.nodes();
      if (ending.aborted || !nodes.some(({ here }) => here) || ownNode(nodes).draining) return;
      for (const session of waiting) {
        const target = await findTarget(search, session, nodes);
        if (ending.aborted) return;
        if (typeof target === 'string') continue;

        const { id, name } = session.stored;
        // A place may have come free, and a person may have said something else, while the group was asked.
        if (!waitsInVain(session)) continue;
        triedAt.set(id, now());
        search.given.push({ to: target.nodeId, at: now() });
        book.record(session, {
          level: 'info',
          kind: 'moves-for-room',
          text: `there is no place for it here, and ${target.name} has one: it goes there (failover auto)`,
          evidence: { to: target.name, why: session.reasonCode },
          actor: 'master',
        });
        const args: MoveArgs = { sessionName: name, sessionId: id, to: target.nodeId, toName: target.name };
        jobs.add({ kind: 'move', args, actor: 'master' });
        return;
      }
    },
  };
};
