import type { MethodsOf } from '../../orchestrator/door/handlers.ts';
import { publishVersion } from '../../orchestrator/door/prompt-methods.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { isBeingMade } from '../../session/proposal.ts';
import { isRunElsewhere } from '../../session/verdict.ts';
import type { PublishParts } from '../rehearsal/publish-rehearsal.ts';
import type { RehearsalParts } from '../rehearsal/rehearsal-job.ts';
import { lookedAt } from './asking.ts';
import { changeHashes } from './check-edits.ts';
import type { ProposalJob } from './proposal-job.ts';
import { isStale, summaryOfProposal } from './proposal-view.ts';

/** A person's word about a proposal. Nothing else publishes one (test/master/proposals/proposals.property.test.ts). */
export const createDecisions = (
  parts: RehearsalParts & PublishParts,
  job: Pick<ProposalJob, 'stop'>,
): MethodsOf<'proposalPublish' | 'proposalDrop'> => {
  const { store, book, now } = parts;

  return {
    proposalPublish: async ({ name, id, actor }) => {
      const session = book.get(name);
      const proposal = lookedAt(parts, session, id);
      const { instructions } = proposal;
      if (proposal.state !== 'waiting' || instructions === null)
        throw new FleetError(
          'refused-by-state',
          isBeingMade(proposal.state)
            ? `the proposal of ${name} is still being made and rehearsed. Wait, or drop it.`
            : `there is no change in the last proposal of ${name}.`,
        );
      if (isRunElsewhere(session.reasonCode))
        throw new FleetError('refused-by-state', `${name} runs on another server: its instructions are changed there.`);
      // As it is stored at this moment: another server of the group, or the replica, may have written since the book was read.
      const stored = store.sessions.byId(session.stored.id) ?? session.stored;
      if (isStale(proposal, stored))
        throw new FleetError(
          'refused-by-state',
          `the instructions of ${name} are version ${stored.instructionsVersion ?? 0} now; this was proposed for version ${proposal.baseVersion ?? 0}. Drop it; it is made anew.`,
        );
      const by = actor ?? 'you';
      const published = await publishVersion(parts, session, instructions, by, (version) =>
        store.proposals.decide(id, { state: 'published', version }, by, now()),
      );
      return { version: published.version.version };
    },

    proposalDrop: async ({ name, id, actor }) => {
      const session = book.get(name);
      const proposal = lookedAt(parts, session, id);
      const by = actor ?? 'you';
      const { id: sessionId } = session.stored;
      store.database.transaction(() => {
        store.proposals.decide(id, { state: 'dropped', version: null }, by, now());
        store.proposals.rememberDropped(sessionId, changeHashes(proposal.edits), now());
      });
      await job.stop(id);
      book.record(session, {
        level: 'info',
        kind: 'proposal-dropped',
        text: 'a proposed change of the instructions was dropped',
        evidence: { proposal: id },
        actor: by,
      });
      return { proposal: summaryOfProposal(parts, store.proposals.get(id) ?? proposal, session.stored) };
    },
  };
};
