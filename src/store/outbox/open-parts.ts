import type { Database } from '../database.ts';
import { type PartRow, partColumns, partFromRow, partSource, type StoredPart } from './outbox-rows.ts';

/** Parts as they stand: by id, by chat, by turn, by WhatsApp's id. */
export const createOpenParts = (database: Database) => ({
  get: (id: number): StoredPart | null => {
    const row = database.get<PartRow>(`SELECT ${partColumns} ${partSource} WHERE o.id = ?`, id);
    return row === undefined ? null : partFromRow(row);
  },

  /** The part that must go next in this chat, or null. */
  next: (sessionId: string, conversationId: number): StoredPart | null => {
    const row = database.get<PartRow>(
      `SELECT ${partColumns} ${partSource} WHERE o.session_id = ? AND o.conversation_id = ? AND o.status IN ('queued', 'sending')
         ORDER BY o.status = 'queued', o.batch, o.part LIMIT 1`,
      sessionId,
      conversationId,
    );
    return row === undefined ? null : partFromRow(row);
  },

  chatsWithOpen: (sessionId: string): number[] =>
    database
      .all<{ id: number }>(
        `SELECT DISTINCT conversation_id AS id FROM outbox WHERE session_id = ? AND status IN ('queued', 'sending') ORDER BY 1`,
        sessionId,
      )
      .map((row) => row.id),

  openOfTurn: (turnId: number): StoredPart[] =>
    database
      .all<PartRow>(
        `SELECT ${partColumns} ${partSource} WHERE o.turn_id = ? AND o.status IN ('queued', 'sending') ORDER BY o.batch, o.part`,
        turnId,
      )
      .map(partFromRow),

  ofTurn: (turnId: number): StoredPart[] =>
    database
      .all<PartRow>(`SELECT ${partColumns} ${partSource} WHERE o.turn_id = ? ORDER BY o.batch, o.part`, turnId)
      .map(partFromRow),

  byMessageId: (sessionId: string, messageId: string): StoredPart | null => {
    const row = database.get<PartRow>(
      `SELECT ${partColumns} ${partSource} WHERE o.session_id = ? AND o.message_id = ?`,
      sessionId,
      messageId,
    );
    return row === undefined ? null : partFromRow(row);
  },
});
export type OpenParts = ReturnType<typeof createOpenParts>;
