import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import { markRestored } from '../guards.ts';

export interface SettledOpen {
  readonly openMessages: number;
  readonly openParts: number;
}

const code = 'restored';

/**
 * Ends what is open in a session whose store is older than what happened: nothing of it is answered or sent again, because that may have
 * been done. It is shown as `unknown` for a person to look at, and so is what the phone tells of the time until it is reached again.
 */
export const settleOpen = (
  database: Pick<Database, 'run'>,
  sessionId: string,
  { reason, now }: { readonly reason: string; readonly now: EpochMs },
): SettledOpen => {
  const openMessages = database.run(
    `UPDATE messages SET outcome = 'unknown', outcome_code = ?, outcome_reason = ?, outcome_at = ?, pending_since = NULL,
       held_until = NULL, updated_at = ? WHERE session_id = ? AND outcome IN ('pending', 'held')`,
    code,
    reason,
    now,
    now,
    sessionId,
  ).changes;
  const openParts = database.run(
    `UPDATE outbox SET status = 'unknown', reason = ?, done_at = ?, updated_at = ?
     WHERE session_id = ? AND status IN ('queued', 'sending')`,
    reason,
    now,
    now,
    sessionId,
  ).changes;
  database.run(
    `UPDATE turns SET outcome = 'unknown', reason_code = ?, reason = ?, finished_at = ?, updated_at = ?
     WHERE session_id = ? AND finished_at IS NULL`,
    code,
    reason,
    now,
    now,
    sessionId,
  );
  markRestored(database, sessionId);

  return { openMessages, openParts };
};

/** Calls of tools that were on their way may have been carried out: nobody makes them again. */
export const endToolCalls = (database: Pick<Database, 'run'>, reason: string, now: EpochMs): void => {
  database.run(
    "UPDATE tool_calls SET state = 'unknown', reason = ?, ended_at = ? WHERE state IN ('asked', 'begun')",
    reason,
    now,
  );
};
