import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import type { ProbePlan } from '../../session/probe.ts';
import {
  isWithinHours,
  type ProbeObstacle,
  type ProbeSide,
  type ProbeTarget,
  probeObstacle,
} from '../../session/probe-policy.ts';
import type { MasterParts } from '../open-parts.ts';

/** The session that asks and the one that is asked, as the policy sees them. */
export interface ProbeSides {
  side(session: ManagedSession): ProbeSide & { readonly engine: string };
  target(session: ManagedSession): ProbeTarget & { readonly engine: string };
  /** What is in the way now; `plan`: also its hours. `from` null: it was deleted. */
  obstacle(asked: ManagedSession, from: ManagedSession | null, plan: ProbePlan | null): ProbeObstacle | null;
}

const outsideHours: ProbeObstacle = { code: 'probe-outside-hours', words: 'it asks only within its hours' };
const nobodyAsks: ProbeObstacle = {
  code: 'probe-no-from',
  words: 'the session that asks was deleted: set another one',
};

export const createProbeSides = ({ state, now }: Pick<MasterParts, 'state' | 'now'>): ProbeSides => {
  const side: ProbeSides['side'] = (session) => {
    const { name, phone, restriction, node, engine } = state.row(session);
    return { name, state: session.state, phone, restriction, node, engine };
  };
  const target: ProbeSides['target'] = (session) => ({
    ...side(session),
    replies: session.stored.replies,
    filters: session.stored.config.filters,
  });

  return {
    side,
    target,
    obstacle: (asked, from, plan) => {
      if (from === null) return nobodyAsks;
      if (plan !== null && !isWithinHours(plan, asked.stored.config.timing.timeZone, now())) return outsideHours;
      return probeObstacle(target(asked), side(from));
    },
  };
};
