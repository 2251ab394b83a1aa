import type { ManagedSession } from '../orchestrator/state/managed-session.ts';
import { fleetModels } from '../session/default-models.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { ProposalSummary } from '../session/proposal.ts';
import type { LearntLesson } from '../store/lesson-store.ts';
import type { StoredProposal } from '../store/proposal-store.ts';
import { lessonsFor, lookedAt, planProposal } from './proposals/asking.ts';
import { createDecisions } from './proposals/deciding.ts';
import { newLessons } from './proposals/learn-from.ts';
import { createProposalJob } from './proposals/proposal-job.ts';
import { createProposalNights, type ProposalNights } from './proposals/proposal-nights.ts';
import { newestProposal, proposalLines, summaryOfProposal } from './proposals/proposal-view.ts';
import type { PublishParts } from './rehearsal/publish-rehearsal.ts';
import { createRehearsalRunner, type RehearsalParts } from './rehearsal/rehearsal-job.ts';
import { startRehearsing } from './rehearsal/rehearse-process.ts';
import type { Room } from './room.ts';

/**
 * Proposals: a change of the instructions that the AI asks for, by night or when a person wants one. Only `proposalPublish` changes what
 * customers meet, and only a person asks for that.
 */

export interface ProposalRoom
  extends Room<
    'proposePlan' | 'propose' | 'proposal' | 'proposals' | 'proposalPublish' | 'proposalDrop' | 'proposalResume'
  > {
  readonly nights: Pick<ProposalNights, 'look'>;
}

export const createProposalRoom = (
  parts: RehearsalParts & PublishParts,
  start: typeof startRehearsing = startRehearsing,
): ProposalRoom => {
  const { store, book, jobs, now, settings } = parts;
  const job = createProposalJob(parts, createRehearsalRunner(parts, start), start);
  jobs.serve(job);

  const modelOf = (session: ManagedSession): string => {
    const { ai } = session.stored.config;
    if (ai.proposeModel !== null || ai.model !== null) return ai.proposeModel ?? ai.model ?? '';
    return ai.provider === 'openai' || ai.provider === 'gemini' ? fleetModels(settings)[ai.provider] : '';
  };

  const begin = (
    session: ManagedSession,
    lessons: readonly LearntLesson[],
    by: Pick<StoredProposal, 'night' | 'limitUsd' | 'actor'>,
  ): number =>
    store.database.transaction(() => {
      const { stored } = session;
      const id = store.proposals.add(
        { ...by, sessionId: stored.id, baseVersion: stored.instructionsVersion, model: modelOf(session), lessons },
        now(),
      );
      jobs.add({ kind: 'proposal', args: { sessionName: stored.name, proposal: id }, actor: by.actor });
      return id;
    });

  const nights = createProposalNights(
    parts,
    (session, night) =>
      void begin(session, newLessons(parts, session.stored), {
        night,
        limitUsd: session.stored.config.ai.proposeBudgetUsd,
        actor: 'master',
      }),
    job.settle,
  );

  const summary = (session: ManagedSession, id: number): ProposalSummary => {
    const found = store.proposals.get(id);
    if (found !== null) return summaryOfProposal(parts, found, session.stored);
    throw new FleetError('refused-by-state', 'this proposal is gone: what it was made of was erased.');
  };

  return {
    nights,
    methods: {
      proposePlan: ({ name }) => planProposal(parts, book.get(name), start),

      propose: ({ name, actor }) => {
        const session = book.get(name);
        const lessons = lessonsFor(parts, session);
        const open = store.proposals.open(session.stored.id);
        const id = store.database.transaction(() => {
          if (open !== null) store.proposals.outdate(open.id, 'the instructions were changed meanwhile', now());
          return begin(session, lessons, { night: null, limitUsd: null, actor: actor ?? 'you' });
        });
        return { proposal: summary(session, id) };
      },

      proposal: ({ name }) => ({ proposal: newestProposal(parts, book.get(name).stored) }),

      proposals: () => ({ proposals: proposalLines(parts, book) }),

      proposalResume: ({ name, id, actor }) => {
        const session = book.get(name);
        const proposal = lookedAt(parts, session, id);
        const rehearsal = store.rehearsals.ofProposal(id);
        if (proposal.state !== 'waiting' || rehearsal === null || rehearsal.state === 'done')
          throw new FleetError(
            'refused-by-state',
            `all of the proposal of ${name} is rehearsed, or it is no more to be.`,
          );
        store.database.transaction(() => {
          store.rehearsals.resume(rehearsal.id);
          store.rehearsals.unlimit(rehearsal.id);
          store.proposals.resume(id);
          jobs.add({
            kind: 'proposal',
            args: { sessionName: session.stored.name, proposal: id },
            actor: actor ?? 'you',
          });
        });
        return { proposal: summary(session, id) };
      },

      ...createDecisions(parts, job),
    },
    begin: () => nights.begin(),
    close: () => nights.close(),
  };
};
