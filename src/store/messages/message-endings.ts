import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import type { Ending } from './message-rows.ts';

/** How customers' messages end: answered, held, released; and what is learnt of a message later. */
export const createMessageEndings = (database: Database) => ({
  /** Ends (or holds) messages that are not ended for good yet: nothing moves away from answered, unanswered or ignored. */
  end: (seqs: readonly number[], ending: Ending, now: EpochMs): number => {
    let changed = 0;
    for (const seq of seqs) {
      changed += database.run(
        `UPDATE messages SET outcome = ?, outcome_code = ?, outcome_reason = ?, outcome_at = ?, held_until = ?, updated_at = ?
           WHERE seq = ? AND outcome IN ('pending', 'held')`,
        ending.outcome,
        ending.code,
        ending.reason,
        now,
        ending.heldUntil ?? null,
        now,
        seq,
      ).changes;
    }
    return changed;
  },

  /** Held messages wait for an answer again. `code` stays with them while they wait: what they waited for before. */
  release: (seqs: readonly number[], now: EpochMs, code: string | null = null): number => {
    let changed = 0;
    for (const seq of seqs) {
      changed += database.run(
        `UPDATE messages SET outcome = 'pending', outcome_code = ?, outcome_reason = NULL, outcome_at = NULL, held_until = NULL,
             pending_since = ?, turn_id = NULL, updated_at = ? WHERE seq = ? AND outcome = 'held'`,
        code,
        now,
        now,
        seq,
      ).changes;
    }
    return changed;
  },

  /** What a send left unanswered, or in doubt, turned out to be delivered after all. */
  knownAnswered: (turnId: number, now: EpochMs): void => {
    database.run(
      `UPDATE messages SET outcome = 'answered', outcome_code = NULL, outcome_reason = NULL, outcome_at = ?, updated_at = ?
         WHERE turn_id = ? AND sender = 'customer' AND (outcome = 'unknown' OR outcome_code IN ('send-refused', 'send-failed'))`,
      now,
      now,
      turnId,
    );
  },

  /** Their answer was sent, and failed after all: they have none. */
  notAnswered: (turnId: number, why: { readonly code: string; readonly reason: string }, now: EpochMs): number =>
    database.run(
      `UPDATE messages SET outcome = 'unanswered', outcome_code = ?, outcome_reason = ?, outcome_at = ?, updated_at = ?
         WHERE turn_id = ? AND sender = 'customer' AND outcome IN ('answered', 'pending', 'held')`,
      why.code,
      why.reason,
      now,
      now,
      turnId,
    ).changes,

  setTurn: (seqs: readonly number[], turnId: number | null, now: EpochMs): void => {
    for (const seq of seqs)
      database.run('UPDATE messages SET turn_id = ?, updated_at = ? WHERE seq = ?', turnId, now, seq);
  },

  /** They wait for no turn any more; whatever another turn took over meanwhile stays its own. */
  leaveTurn: (seqs: readonly number[], turnId: number, now: EpochMs): void => {
    for (const seq of seqs)
      database.run(
        'UPDATE messages SET turn_id = NULL, updated_at = ? WHERE seq = ? AND turn_id = ?',
        now,
        seq,
        turnId,
      );
  },

  setMediaText: (seq: number, text: string, now: EpochMs): void => {
    database.run(
      // Deleted while it was read: what was deleted is not kept either.
      'UPDATE messages SET media_text = ?, updated_at = ? WHERE seq = ? AND deleted_at IS NULL',
      text,
      now,
      seq,
    );
  },

  setAckOfPart: (outboxId: number, ack: number, now: EpochMs): void => {
    database.run(
      'UPDATE messages SET ack = ?, updated_at = ? WHERE outbox_id = ? AND (ack IS NULL OR ack < ? OR (ack = 0 AND ? = -1))',
      ack,
      now,
      outboxId,
      ack,
      ack,
    );
  },
});
