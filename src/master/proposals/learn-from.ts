import type { Milliseconds } from '../../session/units.ts';
import type { LearntLesson } from '../../store/lesson-store.ts';
import type { StoredProposal } from '../../store/proposal-store.ts';
import type { StoredSession } from '../../store/session-store.ts';
import { erasedBefore } from '../jobs/retention-job.ts';
import type { RehearsalParts } from '../rehearsal/rehearsal-job.ts';

/** Which lessons a proposal is made of. */

type Parts = Pick<RehearsalParts, 'store' | 'now'>;

const day: Milliseconds = 86_400_000;
/** What is older has been learnt, or is not wanted. */
const lookBack: Milliseconds = 30 * day;
/** A proposal goes with what it is made of: what is erased by the clock before a person has looked makes none. */
const keptFor: Milliseconds = 3 * day;
const mostLookedAt = 200;
const mostLessons = 40;

const recent = ({ store, now }: Parts, session: StoredSession): readonly LearntLesson[] => {
  const erased = erasedBefore(session, now());
  const since = Math.max(now() - lookBack, erased === null ? 0 : erased + keptFor);
  return store.lessons.learnt({ sessionId: session.id, since, limit: mostLookedAt });
};

/** The newest of which no answer of the AI was made yet. */
export const newLessons = (parts: Parts, session: StoredSession): readonly LearntLesson[] => {
  const used = parts.store.proposals.usedLessons(session.id);
  return recent(parts, session)
    .filter(({ lesson }) => !used.has(lesson.id))
    .slice(0, mostLessons);
};

/** Those of a proposal by their numbers, as they are now; one that is gone leaves its number empty. */
export const lessonsOfProposal = (
  parts: Pick<Parts, 'store'>,
  proposal: Pick<StoredProposal, 'id' | 'sessionId' | 'startedAt'>,
): readonly { readonly number: number; readonly turnId: number | null; readonly learnt: LearntLesson | null }[] => {
  const from = parts.store.proposals.lessonsOf(proposal.id);
  if (from.length === 0) return [];
  const known = new Map(
    parts.store.lessons
      .learnt({ sessionId: proposal.sessionId, since: proposal.startedAt - lookBack - day, limit: mostLookedAt * 2 })
      .map((learnt) => [learnt.lesson.id, learnt]),
  );
  return from.map(({ number, lessonId, turnId }) => ({ number, turnId, learnt: known.get(lessonId) ?? null }));
};
