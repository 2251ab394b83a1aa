import { brainAnswerKept } from '../session/brain.ts';
import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';

/** Questions to a brain of the operator's own, and what it answered later. */

export type BrainTold = 'stored' | 'already' | 'absent';

export const createBrainStore = (database: Database) => ({
  /** The question may be answered from now on, also by whoever was asked in a life before. */
  ask: (of: { readonly sessionId: string; readonly turn: string; readonly turnId: number }, now: EpochMs): void =>
    database.transaction(() => {
      database.run('DELETE FROM brain_waits WHERE asked_at < ?', now - brainAnswerKept);
      database.run(
        `INSERT INTO brain_waits (session_id, turn, turn_id, asked_at) VALUES (?,?,?,?)
         ON CONFLICT (session_id, turn) DO UPDATE SET turn_id = excluded.turn_id, asked_at = excluded.asked_at`,
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
      const known = database.get('SELECT 1 AS one FROM brain_waits WHERE session_id = ? AND turn = ?', sessionId, turn);
      return known === undefined ? 'absent' : 'already';
    }),

  /** JSON; null: none yet. A turn that is asked anew after a crash reads it again. */
  read: (sessionId: string, turn: string): string | null =>
    database.get<{ answer: string | null }>(
      'SELECT answer FROM brain_waits WHERE session_id = ? AND turn = ?',
      sessionId,
      turn,
    )?.answer ?? null,
});
export type BrainStore = ReturnType<typeof createBrainStore>;
