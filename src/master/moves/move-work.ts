import type { SessionOrchestrator } from '../../orchestrator/reconcile/session-orchestrator.ts';
import type { SessionBook } from '../../orchestrator/state/session-book.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { GroupNode } from '../../session/group-node.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { NodeMoves } from '../../store/replica/node-moves.ts';
import { ReplicaFailure } from '../../store/replica/replica-failure.ts';
import type { Store } from '../../store/store.ts';
import type { LoginWork } from '../bundles/login-work.ts';
import type { JobRunner } from '../jobs/job-runner.ts';

/** What moves are made of. */
export interface MoveWork {
  readonly store: Store;
  readonly book: SessionBook;
  readonly orchestrator: Pick<SessionOrchestrator, 'exclusively' | 'stopWorker' | 'permits' | 'kick'>;
  readonly jobs: JobRunner;
  readonly group: NodeMoves;
  /** Null: no login travels. */
  readonly logins: LoginWork | null;
  readonly timing: MoveTiming;
  readonly now: () => EpochMs;
}

export interface MoveTiming {
  /** How often the other side is looked at while somebody waits for it. */
  readonly lookMs: Milliseconds;
  /** Until its login must be in Storage. */
  readonly loginMs: Milliseconds;
  /** Until everything that was said must be in Supabase. */
  readonly historyMs: Milliseconds;
  /** So long the other server has to take what is offered to it; it asks every five seconds. */
  readonly offerMs: Milliseconds;
  /** So long it is waited for until the other server says how the session stands. */
  readonly arrivedMs: Milliseconds;
}

export const usualMoveTiming: MoveTiming = {
  lookMs: 500,
  loginMs: 300_000,
  historyMs: 60_000,
  offerMs: 120_000,
  arrivedMs: 90_000,
};

/** A question to the group as the door tells its failure. */
export const asked = async <T>(question: Promise<T>): Promise<T> => {
  try {
    return await question;
  } catch (error) {
    if (!(error instanceof ReplicaFailure)) throw error;
    throw new FleetError('unavailable', `${error.message} Nothing was changed. Try again.`, { cause: error });
  }
};

/** This server among those of the group. Throws when it has not said yet that it is there. */
export const ownNode = (nodes: readonly GroupNode[]): GroupNode => {
  const own = nodes.find(({ here }) => here);
  if (own !== undefined) return own;
  throw new FleetError('unavailable', 'this server has not said yet that it is there. Try again in some seconds.');
};
