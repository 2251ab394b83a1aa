import type { SessionBook } from '../../orchestrator/state/session-book.ts';
import type { Proposal, ProposalLesson, ProposalLine, ProposalSummary } from '../../session/proposal.ts';
import { type RehearsalCase, worstFirst } from '../../session/rehearsal.ts';
import type { EpochMs } from '../../session/units.ts';
import type { StoredProposal } from '../../store/proposal-store.ts';
import type { StoredSession } from '../../store/session-store.ts';
import type { Store } from '../../store/store.ts';
import { changeLines } from './change-lines.ts';
import { lessonsOfProposal, newLessons } from './learn-from.ts';

/** A proposal as a person sees it: of a master, and of a fleet that is stopped. */

type Parts = { readonly store: Store; readonly now: () => EpochMs };

export const isStale = (proposal: StoredProposal, session: StoredSession): boolean =>
  proposal.state === 'waiting' && proposal.baseVersion !== session.instructionsVersion;

export const summaryOfProposal = (
  { store }: Pick<Parts, 'store'>,
  proposal: StoredProposal,
  session: StoredSession,
): ProposalSummary => ({
  id: proposal.id,
  sessionName: session.name,
  state: proposal.state,
  reason: proposal.reason,
  isStale: isStale(proposal, session),
  baseVersion: proposal.baseVersion,
  version: proposal.version,
  model: proposal.model,
  isNightly: proposal.night !== null,
  edits: proposal.edits.length,
  refused: proposal.refused,
  lessons: store.proposals.lessonsOf(proposal.id).length,
  costUsd: proposal.costUsd,
  startedAt: proposal.startedAt,
  endedAt: proposal.endedAt,
  decidedBy: proposal.decidedBy,
});

const rehearsalSummary = ({ store }: Pick<Parts, 'store'>, proposal: StoredProposal) => {
  const rehearsal = store.rehearsals.ofProposal(proposal.id);
  return rehearsal === null ? null : store.rehearsals.summary(rehearsal);
};

const changedChats = (cases: readonly RehearsalCase[]): number =>
  new Set(
    cases.flatMap(({ answer, chatId }) =>
      answer === null || answer.verdict === 'same' || chatId === null ? [] : [chatId],
    ),
  ).size;

/** Null: nothing was ever proposed. */
export const newestProposal = ({ store }: Pick<Parts, 'store'>, session: StoredSession): Proposal | null => {
  const proposal = store.proposals.newest(session.id);
  if (proposal === null) return null;

  const rehearsal = rehearsalSummary({ store }, proposal);
  const cases = rehearsal === null ? [] : worstFirst(store.rehearsals.cases(rehearsal.id));
  const base =
    proposal.baseVersion === null ? '' : (store.sessions.instructions(session.id, proposal.baseVersion)?.text ?? '');
  const caseOfTurn = new Map(cases.map(({ turnId, id }) => [turnId, id]));
  const lessons = lessonsOfProposal({ store }, proposal).map(
    ({ number, turnId, learnt }): ProposalLesson => ({
      number,
      lesson: learnt?.lesson ?? null,
      caseId: turnId === null ? null : (caseOfTurn.get(turnId) ?? null),
    }),
  );
  return {
    proposal: summaryOfProposal({ store }, proposal, session),
    changes: proposal.edits.map((edit) => ({
      reason: edit.reason,
      lessons: edit.lessons,
      lines: changeLines(base, edit),
    })),
    lessons,
    rehearsal,
    cases,
    changedChats: changedChats(cases),
  };
};

/** Of every session that has a proposal, or is to have one. */
export const proposalLines = (parts: Parts, book: Pick<SessionBook, 'all'>): readonly ProposalLine[] =>
  book.all().flatMap(({ stored }) => {
    const { store } = parts;
    const { propose, proposeAt } = stored.config.ai;
    const newest = store.proposals.newest(stored.id);
    if (newest === null && propose === 'off') return [];
    return [
      {
        name: stored.name,
        isNightly: propose === 'nightly',
        at: proposeAt,
        newLessons: newLessons(parts, stored).length,
        lastNight: store.proposals.night(stored.id),
        proposal: newest === null ? null : summaryOfProposal(parts, newest, stored),
        rehearsal: newest === null ? null : rehearsalSummary(parts, newest),
      },
    ];
  });
