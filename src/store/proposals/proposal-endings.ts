import type { ProposalState } from '../../session/proposal.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';

const runsElsewhere = 'another server runs the session now';

/** How proposals end without a person's word. */
export const createProposalEndings = (database: Database) => ({
  /** One that is being made has come so far. */
  end: (
    id: number,
    state: Exclude<ProposalState, 'asking' | 'rehearsing' | 'published' | 'dropped'>,
    reason: string | null,
    now: EpochMs,
  ): void => {
    database.run(
      "UPDATE proposals SET state = ?, reason = ?, ended_at = ? WHERE id = ? AND state IN ('asking', 'rehearsing')",
      state,
      reason,
      now,
      id,
    );
  },
  /** One that waits cannot be published any more: its lessons count as new again. */
  outdate: (id: number, reason: string, now: EpochMs): void => {
    database.run(
      "UPDATE proposals SET state = 'failed', reason = ?, ended_at = ? WHERE id = ? AND state = 'waiting'",
      reason,
      now,
      id,
    );
  },
  /** Its session went to another server: nobody decides about it here. Over there its lessons are new. */
  leave: (sessionId: string, now: EpochMs): void => {
    database.run(
      "UPDATE proposals SET state = 'failed', reason = ?, ended_at = ? WHERE session_id = ? AND state IN ('asking', 'rehearsing', 'waiting')",
      runsElsewhere,
      now,
      sessionId,
    );
  },
});
