import { messageKey } from '../session/message-key.ts';
import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';

/** What somebody did to a message besides writing: one reaction and one vote a person and message. They are shown, and wake nobody. */
export interface Reaction {
  readonly author: string;
  readonly kind: 'reaction' | 'vote';
  readonly value: string;
  readonly at: EpochMs;
}

export const createReactionStore = (database: Database) => ({
  /** `waId`: the message that was reacted to. An empty value takes it back. */
  set: (sessionId: string, waId: string, reaction: Reaction): void => {
    const key = messageKey(waId);
    if (reaction.value === '') {
      database.run(
        'DELETE FROM reactions WHERE session_id = ? AND message_key = ? AND author = ? AND kind = ?',
        sessionId,
        key,
        reaction.author,
        reaction.kind,
      );
      return;
    }
    database.run(
      `INSERT INTO reactions (session_id, message_key, author, kind, value, at) VALUES (?,?,?,?,?,?)
       ON CONFLICT (session_id, message_key, author, kind) DO UPDATE SET value = excluded.value, at = excluded.at`,
      sessionId,
      key,
      reaction.author,
      reaction.kind,
      reaction.value,
      reaction.at,
    );
  },

  /** Reactions to the messages of one chat, by the message's id. */
  ofChat: (conversationId: number): ReadonlyMap<string, readonly Reaction[]> =>
    Map.groupBy(
      database.all<Reaction & { waId: string }>(
        `SELECT m.wa_id AS waId, r.author, r.kind, r.value, r.at FROM messages m
         JOIN reactions r ON r.session_id = m.session_id AND r.message_key = m.message_key
         WHERE m.conversation_id = ? ORDER BY r.at`,
        conversationId,
      ),
      (row) => row.waId,
    ),
});
export type ReactionStore = ReturnType<typeof createReactionStore>;
