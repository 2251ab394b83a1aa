import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { isBeingMade, type ProposalPlan } from '../../session/proposal.ts';
import { isModel } from '../../session/session-config.ts';
import type { LearntLesson } from '../../store/lesson-store.ts';
import type { StoredProposal } from '../../store/proposal-store.ts';
import { createPlanner } from '../rehearsal/plan-rehearsal.ts';
import type { RehearsalParts } from '../rehearsal/rehearsal-job.ts';
import type { startRehearsing } from '../rehearsal/rehearse-process.ts';
import { budgetLeft } from '../session-costs.ts';
import { askingCost } from './asking-cost.ts';
import { newLessons } from './learn-from.ts';
import { baseOf, openProposer, rehearsedTurns } from './proposal-job.ts';
import { isStale } from './proposal-view.ts';

/** What may be asked and decided about a session's proposals now, and what asking takes. */

/** Why none can be made of this session. Throws `refused-by-state`. */
const refuseWithoutAi = ({ stored, ai }: ManagedSession): void => {
  if (stored.config.ai.provider === 'none')
    throw new FleetError(
      'refused-by-state',
      `${stored.name} has no AI (ai_config.provider is none): nobody can propose anything.`,
    );
  if (!isModel(stored.config.ai.provider))
    throw new FleetError(
      'refused-by-state',
      `${stored.name} is answered by a webhook, which has instructions of its own: nobody can propose a change of them.`,
    );
  if (ai.status === 'bad')
    throw new FleetError(
      'refused-by-state',
      `the AI of ${stored.name} refuses now. Ask when it answers again: zap-fleet check ${stored.name}`,
    );
};

/** What can be asked about now. Throws `refused-by-state`. */
export const lessonsFor = (parts: RehearsalParts, session: ManagedSession): readonly LearntLesson[] => {
  const { store } = parts;
  const { name, id } = session.stored;
  refuseWithoutAi(session);
  const open = store.proposals.open(id);
  if (open !== null && isBeingMade(open.state))
    throw new FleetError(
      'refused-by-state',
      `a proposal of ${name} is being made already. See: zap-fleet propose ${name} --show`,
    );
  if (open !== null && !isStale(open, session.stored))
    throw new FleetError(
      'refused-by-state',
      `a proposal of ${name} waits for you already. See: zap-fleet propose ${name} --show`,
    );

  const lessons = newLessons(parts, session.stored);
  if (lessons.length > 0) return lessons;
  throw new FleetError(
    'refused-by-state',
    `${name} has no lessons that nothing was proposed of yet: there is nothing to ask. See: zap-fleet lessons ${name}`,
  );
};

/** The one that was looked at. Throws `refused-by-state`. */
export const lookedAt = (
  { store }: Pick<RehearsalParts, 'store'>,
  session: ManagedSession,
  id: number,
): StoredProposal => {
  const newest = store.proposals.newest(session.stored.id);
  const { name } = session.stored;
  if (newest?.id !== id)
    throw new FleetError(
      'refused-by-state',
      `this proposal of ${name} is gone, or another one was made since. See: zap-fleet propose ${name} --show`,
    );
  if (newest.state === 'published' || newest.state === 'dropped')
    throw new FleetError('refused-by-state', `this proposal of ${name} was decided about already.`);
  return newest;
};

/** What asking would take; the process that would be asked is opened for its prices, and shows what cannot begin. */
export const planProposal = async (
  parts: RehearsalParts,
  session: ManagedSession,
  start: typeof startRehearsing,
): Promise<ProposalPlan> => {
  const lessons = lessonsFor(parts, session);
  const { stored } = session;
  const { name } = stored;
  const planOf = createPlanner(parts, start);
  const child = await openProposer(parts, stored, start);
  await child.end();
  const { price } = child.opened;
  const base = baseOf(parts, stored);
  const rehearsed = await planOf(
    session,
    { name, instructions: base.trim() === '' ? '-' : base, chats: rehearsedTurns },
    { turns: rehearsedTurns },
  ).then(
    ({ plan }) => plan,
    (error: unknown) => {
      if (error instanceof FleetError && error.code === 'refused-by-state') return null;
      throw error;
    },
  );
  return {
    lessons: lessons.length,
    model: price.model,
    askUsd: askingCost(price, base, lessons),
    rehearsedTurns: rehearsed === null ? 0 : rehearsed.turns + rehearsed.cases,
    rehearsalUsd: rehearsed?.estimateUsd ?? 0,
    isPriceKnown: price.isKnown && (rehearsed?.isPriceKnown ?? true),
    budgetLeftUsd: budgetLeft(parts, stored),
  };
};
