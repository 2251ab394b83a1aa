import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';

/** What the bot remembers of a chat between two turns. */
export const createConversationMemory = (database: Database) => ({
  setSummary: (id: number, summary: string | null, through: number, now: EpochMs): void => {
    database.run(
      'UPDATE conversations SET context_summary = ?, summary_through = ?, updated_at = ? WHERE id = ?',
      summary,
      through,
      now,
      id,
    );
  },

  /** The owner's `!limpar`: what came before is no longer memory. */
  clearMemory: (id: number, now: EpochMs): void => {
    database.run(
      `UPDATE conversations SET context_summary = NULL,
           history_from = (SELECT coalesce(max(seq), 0) + 1 FROM messages WHERE conversation_id = ?1),
           summary_through = (SELECT coalesce(max(seq), 0) FROM messages WHERE conversation_id = ?1), updated_at = ?2 WHERE id = ?1`,
      id,
      now,
    );
  },

  setAwayDay: (id: number, day: string, now: EpochMs): void => {
    database.run('UPDATE conversations SET away_day = ?, updated_at = ? WHERE id = ?', day, now, id);
  },

  setBotLoop: (id: number, state: string | null, now: EpochMs): void => {
    database.run('UPDATE conversations SET bot_loop = ?, updated_at = ? WHERE id = ?', state, now, id);
  },
});
