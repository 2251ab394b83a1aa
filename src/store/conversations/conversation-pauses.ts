import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import { createHookNotes } from '../hooks/hook-notes.ts';
import {
  type ConversationRow,
  conversationColumns,
  conversationFromRow,
  type StoredConversation,
} from './conversation-rows.ts';

/** Once, while he waits for a person. */
const noteHandOver = (database: Database, id: number, now: EpochMs): void => {
  const chat = database.get<{ sessionId: string }>(
    'SELECT session_id AS sessionId FROM conversations WHERE id = ? AND asks_for_person IS NULL',
    id,
  );
  if (chat === undefined) return;
  const note = createHookNotes(database);
  note({ sessionId: chat.sessionId, type: 'customer.handed_over', at: now, subject: id, conversationId: id });
};

/** Who keeps the bot out of a chat: a pause, and the owner who types. */
export const createConversationPauses = (database: Database) => ({
  pause: (
    id: number,
    pause: { readonly until: EpochMs; readonly by: string; readonly reason: string },
    now: EpochMs,
  ): void => {
    database.run(
      'UPDATE conversations SET paused_until = ?, paused_by = ?, paused_reason = ?, updated_at = ? WHERE id = ?',
      pause.until,
      pause.by,
      pause.reason,
      now,
      id,
    );
  },

  /**
   * The bot may speak again. Of a text that was perhaps an automatic greeting this says that it was one: what the customer wrote before it
   * waits for an answer.
   */
  resume: (id: number, now: EpochMs): void => {
    database.run(
      `UPDATE conversations SET last_owner_at = CASE WHEN EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = conversations.id
             AND m.sender = 'owner' AND m.outcome_code = 'in-doubt' AND m.at = conversations.last_owner_at)
           THEN NULL ELSE last_owner_at END,
         paused_until = NULL, paused_by = NULL, paused_reason = NULL, bot_loop = NULL, asks_for_person = NULL,
           handover_summary = NULL, updated_at = ?
         WHERE id = ? AND (paused_until IS NOT NULL OR asks_for_person IS NOT NULL)`,
      now,
      id,
    );
  },

  /** The customer wants a person: the chat stands under NEEDS YOU until somebody resumes it. */
  askForPerson: (id: number, summary: string, now: EpochMs): void =>
    database.transaction(() => {
      noteHandOver(database, id, now);
      database.run(
        'UPDATE conversations SET asks_for_person = coalesce(asks_for_person, ?1), handover_summary = ?2, updated_at = ?1 WHERE id = ?3',
        now,
        summary,
        id,
      );
    }),

  /** Whose customers want a person, the longest first. */
  asking: (sessionId: string): StoredConversation[] =>
    database
      .all<ConversationRow>(
        `SELECT ${conversationColumns} FROM conversations WHERE session_id = ? AND asks_for_person IS NOT NULL ORDER BY asks_for_person`,
        sessionId,
      )
      .map(conversationFromRow),

  paused: (sessionId: string): StoredConversation[] =>
    database
      .all<ConversationRow>(
        `SELECT ${conversationColumns} FROM conversations WHERE session_id = ? AND paused_until IS NOT NULL ORDER BY paused_until`,
        sessionId,
      )
      .map(conversationFromRow),

  ownerTyped: (id: number, at: EpochMs, now: EpochMs): void => {
    database.run(
      'UPDATE conversations SET last_owner_at = max(coalesce(last_owner_at, 0), ?), updated_at = ? WHERE id = ?',
      at,
      now,
      id,
    );
    database.run(
      "UPDATE silences SET ended_at = ?, ended_by = 'owner' WHERE conversation_id = ? AND ended_at IS NULL AND since <= ?",
      now,
      id,
      at,
    );
  },

  /** What was taken for the owner typing at `at` was a template: takes it back. True when that had paused the chat. */
  ownerDidNotType: (id: number, at: EpochMs, now: EpochMs): boolean => {
    const { changes } = database.run(
      `UPDATE conversations SET paused_until = NULL, paused_by = NULL, paused_reason = NULL, updated_at = ?
         WHERE id = ? AND last_owner_at = ? AND paused_by = 'owner'`,
      now,
      id,
      at,
    );
    database.run(
      'UPDATE conversations SET last_owner_at = NULL, updated_at = ? WHERE id = ? AND last_owner_at = ?',
      now,
      id,
      at,
    );
    return changes > 0;
  },
});
