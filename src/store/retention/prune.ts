import type { EpochMs } from '../../session/units.ts';
import { addTombstone } from '../changes.ts';
import type { Database } from '../database.ts';
import { addCounts, type ErasedCounts, noCounts } from './erased-counts.ts';

const pruneBatch = 2000;
const keepActivityMinutes = 8 * 24 * 60;

/** Erasing by age, in batches that each hold the store for a moment only. */
export const createPruning = (database: Database) => {
  const pruneMessages = (sessionId: string, before: EpochMs, now: EpochMs): number => {
    const rows = database.all<{ seq: number; waId: string }>(
      `SELECT seq, wa_id AS waId FROM messages WHERE session_id = ? AND stored_at < ? AND outcome IS NOT 'pending'
           AND NOT (outcome IS 'held' AND outcome_code IN ('closed', 'draft')) LIMIT ${pruneBatch}`,
      sessionId,
      before,
    );
    for (const row of rows) {
      database.run('DELETE FROM messages WHERE seq = ?', row.seq);
      addTombstone(database, 'message', sessionId, row.waId, now);
    }

    return rows.length;
  };

  const pruneTurns = (sessionId: string, before: EpochMs, now: EpochMs): number => {
    const turns = database.all<{ id: number }>(
      `SELECT id FROM turns WHERE session_id = ? AND started_at < ? AND finished_at IS NOT NULL LIMIT ${pruneBatch}`,
      sessionId,
      before,
    );
    for (const turn of turns) {
      database.run('DELETE FROM turns WHERE id = ?', turn.id);
      addTombstone(database, 'turn', sessionId, String(turn.id), now);
    }

    return turns.length;
  };

  const pruneParts = (sessionId: string, before: EpochMs, now: EpochMs): number => {
    const parts = database.all<{ id: number }>(
      `SELECT id FROM outbox WHERE session_id = ? AND created_at < ? AND status NOT IN ('draft', 'queued', 'sending') LIMIT ${pruneBatch}`,
      sessionId,
      before,
    );
    for (const part of parts) {
      database.run('DELETE FROM outbox WHERE id = ?', part.id);
      addTombstone(database, 'outbox', sessionId, String(part.id), now);
    }

    return parts.length;
  };

  /** A chat that was silent since keeps neither preview nor summary. */
  const pruneSummaries = (sessionId: string, before: EpochMs, now: EpochMs): void => {
    database.run(
      `UPDATE conversations SET last_text = '', context_summary = NULL, updated_at = ?
         WHERE session_id = ? AND last_at < ? AND (last_text <> '' OR context_summary IS NOT NULL)`,
      now,
      sessionId,
      before,
    );
  };

  /** One batch of `prune`; nothing is left when it erased nothing. */
  const pruneStep = (sessionId: string, before: EpochMs, now: EpochMs): ErasedCounts =>
    database.transaction((): ErasedCounts => {
      const messages = pruneMessages(sessionId, before, now);
      const turns = pruneTurns(sessionId, before, now);
      const parts = pruneParts(sessionId, before, now);
      pruneSummaries(sessionId, before, now);

      return { conversations: 0, messages, turns, parts };
    });

  return {
    pruneStep,

    /**
     * Erases messages, turns and parts of a session that are older than `before`; what waits for an answer, for opening or for a person
     * stays.
     */
    prune: (sessionId: string, before: EpochMs, now: EpochMs): ErasedCounts => {
      let total = noCounts;
      for (;;) {
        const step = pruneStep(sessionId, before, now);
        total = addCounts(total, step);
        if (step.messages + step.turns + step.parts === 0) return total;
      }
    },

    /** Counters older than their use. */
    pruneActivity: (now: EpochMs): void => {
      database.run('DELETE FROM activity_minutes WHERE minute < ?', Math.floor(now / 60_000) - keepActivityMinutes);
    },
  };
};
