import type { EpochMs } from '../../session/units.ts';
import { notOfProbe } from '../conversations/probe-chats.ts';
import type { Database } from '../database.ts';

/** Who typed what when: the owner on the phone, and the customer's rhythm. */
export const createOwnerMessages = (database: Database) => ({
  /** What our account sent without us lately, in any chat: for telling greetings and campaigns from typing. */
  ownerTexts: (sessionId: string, since: EpochMs): { conversationId: number; text: string; timestamp: EpochMs }[] =>
    database.all(
      `SELECT conversation_id AS conversationId, text, at AS timestamp FROM messages
         WHERE session_id = ? AND sender = 'owner' AND stored_at >= ? AND ${notOfProbe('conversation_id')} ORDER BY stored_at DESC LIMIT 500`,
      sessionId,
      since,
    ),

  /** The last that was typed on the phone in a chat; 0: nothing. Its place among the others, where WhatsApp's seconds are the same. */
  lastOwnerSeq: (conversationId: number): number =>
    database.get<{ seq: number | null }>(
      `SELECT max(seq) AS seq FROM messages WHERE conversation_id = ? AND sender = 'owner'`,
      conversationId,
    )?.seq ?? 0,

  /** Times of the customer's last messages in a chat, newest first. */
  customerTimes: (conversationId: number, limit: number): EpochMs[] =>
    database
      .all<{ at: EpochMs }>(
        `SELECT at FROM messages WHERE conversation_id = ? AND sender = 'customer' ORDER BY at DESC LIMIT ?`,
        conversationId,
        limit,
      )
      .map((row) => row.at),
});
