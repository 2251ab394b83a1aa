import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import { createBeat } from '../../pace/beat.ts';
import { messageOf } from '../../session/fleet-error.ts';
import { leastLessons, type NightOutcome } from '../../session/proposal.ts';
import { nightOf } from '../../session/proposal-night.ts';
import { isModel } from '../../session/session-config.ts';
import type { Milliseconds } from '../../session/units.ts';
import type { RehearsalParts } from '../rehearsal/rehearsal-job.ts';
import { budgetLeft } from '../session-costs.ts';
import { newLessons } from './learn-from.ts';
import { isStale } from './proposal-view.ts';

/** Asks for proposals by night: each session once, one session after the other. */

/** One session a look: fifty of them are asked one after the other within minutes. */
const lookEvery: Milliseconds = 10_000;
const lookWithin: Milliseconds = 10_000;
/** After a start the sessions come up first. */
const firstAfter: Milliseconds = 60_000;

export interface ProposalNights {
  begin(): void;
  close(): Promise<void>;
  /** What the beat does: begins at most one session's night. */
  look(): void;
}

/** Its customers are answered here: another server of the group asks for those that it has. */
const runsHere = ({ worker, pending, leaving, stored }: ManagedSession): boolean =>
  worker !== null && pending === null && leaving === null && stored.desiredState === 'running';

export const createProposalNights = (
  parts: RehearsalParts,
  begin: (session: ManagedSession, night: string) => void,
  settle: () => void,
): ProposalNights => {
  const { store, book, jobs, now, log } = parts;

  /** Whether there is something to ask, and it may be asked; null: it is looked at again. */
  const outcomeOf = (session: ManagedSession): NightOutcome | null => {
    const { stored } = session;
    const { ai } = stored.config;
    // It refuses everybody now: it may have been mended before the night is over.
    if (session.ai.status === 'bad') return null;
    const open = store.proposals.open(stored.id);
    if (open !== null && !isStale(open, stored)) return 'open';
    if (open !== null) store.proposals.outdate(open.id, 'the instructions were changed meanwhile', now());

    const fresh = newLessons(parts, stored);
    if (fresh.length < leastLessons) return 'few';
    const last = store.proposals.newest(stored.id);
    // Prose of the same lessons was paid for once.
    if (last?.state === 'failed' && last.costUsd > 0 && last.instructions === null) {
      const seen = new Set(store.proposals.lessonsOf(last.id).map(({ lessonId }) => lessonId));
      if (fresh.every(({ lesson }) => seen.has(lesson.id))) return 'few';
    }
    const left = budgetLeft(parts, stored);
    return ai.proposeBudgetUsd <= 0 || (left !== null && left <= 0) ? 'budget' : 'asked';
  };

  const due = (session: ManagedSession): string | null => {
    const { ai, timing } = session.stored.config;
    if (ai.propose !== 'nightly' || !isModel(ai.provider) || !runsHere(session)) return null;
    const night = nightOf(ai.proposeAt, timing.timeZone, now());
    return night === null || store.proposals.night(session.stored.id)?.night === night ? null : night;
  };

  const look = (): void => {
    settle();
    // The one before is still made: beside customers one is enough.
    if (book.all().some(({ stored }) => jobs.find('proposal', stored.name) !== null)) return;
    for (const session of book.all()) {
      const night = due(session);
      const outcome = night === null ? null : outcomeOf(session);
      if (night === null || outcome === null) continue;

      store.database.transaction(() => {
        store.proposals.setNight(session.stored.id, night, outcome, now());
        if (outcome === 'asked') begin(session, night);
      });
      if (outcome === 'budget')
        book.record(session, {
          level: 'info',
          kind: 'proposal-waits-for-budget',
          text: 'no change of the instructions was asked for: the budget is spent. It is asked for in the next night.',
          actor: 'master',
        });
      return;
    }
  };

  const beat = createBeat({
    look,
    everyMs: lookEvery,
    firstMs: firstAfter,
    withinMs: lookWithin,
    onProblem: (error) => log.warn('no proposal could be begun', { error: messageOf(error) }),
    unref: true,
  });
  return { begin: beat.begin, close: beat.close, look };
};
