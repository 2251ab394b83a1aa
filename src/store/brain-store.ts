import { brainAnswerKept } from '../session/brain.ts';
import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';

/** Questions to a brain of the operator's own, and what it answered later. */

export type BrainTold = 'stored' | 'already' | 'absent';

const answerOf = (database: Database, sessionId: string, turn: string, now: EpochMs): string | null =>
  database.get<{ answer: string | null }>(
    'SELECT answer FROM brain_waits WHERE session_id = ? AND turn = ? AND asked_at >= ?',
    sessionId,
    turn,
    now - brainAnswerKept,
  )?.answer ?? null;

export const createBrainStore = (database: Database) => ({
  /** The question may be answered from now on, also by whoever was asked in a life before. */
  ask: (of: { readonly sessionId: string; readonly turn: string; readonly turnId: number }, now: EpochMs): void =>
    database.transaction(() => {
      database.run('DELETE FROM brain_waits WHERE asked_at < ?', now - brainAnswerKept);
      database.run(
        `INSERT INTO brain_waits (session_id, turn, turn_id, asked_at) VALUES (?,?,?,?)
         ON CONFLICT (session_id, turn) DO UPDATE SET turn_id = excluded.turn_id, asked_at = excluded.asked_at,
           answered_at = CASE WHEN answer IS NULL THEN NULL ELSE answered_at END`,
        of.sessionId,
        of.turn,
        of.turnId,
        now,
      );
    }),

  /** `absent`: nobody asked this, or it was long ago. `already`: the first answer counts. */
  tell: (sessionId: string, turn: string, answer: string, now: EpochMs): BrainTold =>
    database.transaction(() => {
      const { changes } = database.run(
        `UPDATE brain_waits SET answer = ?, answered_at = ? WHERE session_id = ? AND turn = ? AND answered_at IS NULL AND asked_at >= ?`,
        answer,
        now,
        sessionId,
        turn,
        now - brainAnswerKept,
      );
      if (changes > 0) return 'stored';
      const known = database.get(
        'SELECT 1 AS one FROM brain_waits WHERE session_id = ? AND turn = ? AND answered_at IS NOT NULL AND asked_at >= ?',
        sessionId,
        turn,
        now - brainAnswerKept,
      );
      return known === undefined ? 'absent' : 'already';
    }),

  /**
   * It was answered otherwise than over `tell`: until it is asked again, no answer that comes now counts. The answer that was told before,
   * which does; null: none was.
   */
  close: (sessionId: string, turn: string, now: EpochMs): string | null =>
    database.transaction(() => {
      database.run(
        'UPDATE brain_waits SET answered_at = ? WHERE session_id = ? AND turn = ? AND answered_at IS NULL',
        now,
        sessionId,
        turn,
      );
      return answerOf(database, sessionId, turn, now);
    }),

  /** JSON; null: none yet. A turn that is asked anew after a crash reads it again. */
  read: (sessionId: string, turn: string, now: EpochMs): string | null => answerOf(database, sessionId, turn, now),
});
export type BrainStore = ReturnType<typeof createBrainStore>;
