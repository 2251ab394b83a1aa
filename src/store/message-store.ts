import type { InboundOutcome } from '../session/records.ts';
import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';

export interface StoredMessage {
  /** Order of arrival in this store. */
  readonly seq: number;
  readonly conversationId: number;
  readonly waId: string;
  readonly sender: 'customer' | 'bot' | 'owner';
  readonly kind: string;
  readonly text: string;
  readonly mimeType: string | null;
  /** What the AI service heard or saw in a medium. */
  readonly mediaText: string | null;
  readonly at: EpochMs;
  readonly storedAt: EpochMs;
  readonly outcome: InboundOutcome | null;
  readonly outcomeCode: string | null;
  readonly pendingSince: EpochMs | null;
  readonly heldUntil: EpochMs | null;
  readonly turnId: number | null;
}

export interface NewMessage {
  readonly sessionId: string;
  readonly conversationId: number;
  readonly waId: string;
  readonly sender: StoredMessage['sender'];
  readonly author: string | null;
  readonly kind: string;
  readonly text: string;
  readonly mimeType: string | null;
  readonly quotedId: string | null;
  readonly at: EpochMs;
  readonly ending: Ending | null;
  readonly outboxId?: number;
  readonly turnId?: number;
  readonly ack?: number;
}

export interface Ending {
  readonly outcome: InboundOutcome;
  /** Kebab-case; see the engine's table of reasons. */
  readonly code: string | null;
  readonly reason: string | null;
  readonly heldUntil?: EpochMs | null;
}

const columns = `seq, conversation_id AS conversationId, wa_id AS waId, sender, kind, text, mime_type AS mimeType, media_text AS mediaText, at,
  stored_at AS storedAt, outcome, outcome_code AS outcomeCode, pending_since AS pendingSince, held_until AS heldUntil, turn_id AS turnId`;

/** A quiet time after which a customer's next message counts as a new visit, for the session's own normal. */
const visitGapMs = 30 * 60_000;
const previewLength = 200;

export const createMessageStore = (database: Database) => {
  const countMinute = (sessionId: string, now: EpochMs, received: number, visits: number, sent: number): void => {
    database.run(
      `INSERT INTO activity_minutes (session_id, minute, received, visits, sent) VALUES (?,?,?,?,?)
       ON CONFLICT (session_id, minute) DO UPDATE SET received = received + excluded.received, visits = visits + excluded.visits, sent = sent + excluded.sent`,
      sessionId,
      Math.floor(now / 60_000),
      received,
      visits,
      sent,
    );
  };

  return {
    /** Whether WhatsApp's id is known in this session. */
    has: (sessionId: string, waId: string): boolean =>
      database.get('SELECT 1 FROM messages WHERE session_id = ? AND wa_id = ?', sessionId, waId) !== undefined,

    /** Stores one message; null when its id is known already. Counters and the conversation's last message follow. */
    insert: (message: NewMessage, now: EpochMs): number | null =>
      database.transaction(() => {
        const { ending } = message;
        const result = database.run(
          `INSERT INTO messages (session_id, conversation_id, wa_id, sender, author, kind, text, mime_type, quoted_id, at, stored_at,
             outcome, outcome_code, outcome_reason, outcome_at, pending_since, held_until, turn_id, outbox_id, ack, updated_at)
           VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (session_id, wa_id) DO NOTHING`,
          message.sessionId,
          message.conversationId,
          message.waId,
          message.sender,
          message.author,
          message.kind,
          message.text,
          message.mimeType,
          message.quotedId,
          message.at,
          now,
          ending?.outcome ?? null,
          ending?.code ?? null,
          ending?.reason ?? null,
          ending === null || ending.outcome === 'pending' ? null : now,
          ending?.outcome === 'pending' ? now : null,
          ending?.heldUntil ?? null,
          message.turnId ?? null,
          message.outboxId ?? null,
          message.ack ?? null,
          now,
        );
        if (result.changes === 0) return null;
        const isInbound = message.sender === 'customer';
        const before = database.get<{ lastInboundAt: number | null }>(
          'SELECT last_inbound_at AS lastInboundAt FROM conversations WHERE id = ?',
          message.conversationId,
        );
        database.run(
          `UPDATE conversations SET message_count = message_count + 1, last_at = max(last_at, ?1),
             last_text = CASE WHEN ?1 >= last_at OR message_count = 0 THEN ?2 ELSE last_text END,
             last_inbound_at = CASE WHEN ?3 = 'customer' THEN max(coalesce(last_inbound_at, 0), ?1) ELSE last_inbound_at END,
             last_outbound_at = CASE WHEN ?3 = 'bot' THEN max(coalesce(last_outbound_at, 0), ?1) ELSE last_outbound_at END,
             updated_at = ?4 WHERE id = ?5`,
          message.at,
          message.text === '' ? `[${message.kind}]` : message.text.slice(0, previewLength),
          message.sender,
          now,
          message.conversationId,
        );
        if (isInbound && ending?.outcome !== 'ignored') {
          const last = before?.lastInboundAt ?? null;
          countMinute(message.sessionId, now, 1, last === null || message.at - last > visitGapMs ? 1 : 0, 0);
        } else if (message.sender === 'bot') countMinute(message.sessionId, now, 0, 0, 1);
        return result.lastInsertRowid;
      }),

    get: (seq: number): StoredMessage | null =>
      database.get<StoredMessage>(`SELECT ${columns} FROM messages WHERE seq = ?`, seq) ?? null,

    /** Messages of one chat that wait for an answer, oldest first. */
    pending: (sessionId: string, conversationId: number): StoredMessage[] =>
      database.all<StoredMessage>(
        `SELECT ${columns} FROM messages WHERE session_id = ? AND conversation_id = ? AND outcome = 'pending' ORDER BY seq`,
        sessionId,
        conversationId,
      ),
    /** Chats of a session with at least one pending message. */
    chatsWithPending: (sessionId: string): number[] =>
      database
        .all<{ id: number }>(
          `SELECT DISTINCT conversation_id AS id FROM messages WHERE session_id = ? AND outcome = 'pending' ORDER BY 1`,
          sessionId,
        )
        .map((row) => row.id),
    ofTurn: (turnId: number): StoredMessage[] =>
      database.all<StoredMessage>(
        `SELECT ${columns} FROM messages WHERE turn_id = ? AND sender = 'customer' ORDER BY seq`,
        turnId,
      ),
    held: (sessionId: string, code?: string): StoredMessage[] =>
      code === undefined
        ? database.all<StoredMessage>(
            `SELECT ${columns} FROM messages WHERE session_id = ? AND outcome = 'held' ORDER BY seq`,
            sessionId,
          )
        : database.all<StoredMessage>(
            `SELECT ${columns} FROM messages WHERE session_id = ? AND outcome = 'held' AND outcome_code = ? ORDER BY seq`,
            sessionId,
            code,
          ),

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
    /** What was `unknown` turned out to be delivered after all. */
    knownAnswered: (turnId: number, now: EpochMs): void => {
      database.run(
        `UPDATE messages SET outcome = 'answered', outcome_code = NULL, outcome_reason = NULL, outcome_at = ?, updated_at = ?
         WHERE turn_id = ? AND outcome = 'unknown'`,
        now,
        now,
        turnId,
      );
    },
    setTurn: (seqs: readonly number[], turnId: number | null, now: EpochMs): void => {
      for (const seq of seqs)
        database.run('UPDATE messages SET turn_id = ?, updated_at = ? WHERE seq = ?', turnId, now, seq);
    },
    setMediaText: (seq: number, text: string, now: EpochMs): void => {
      database.run('UPDATE messages SET media_text = ?, updated_at = ? WHERE seq = ?', text, now, seq);
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
    /**
     * What was said in a chat before `beforeSeq` and after `afterSeq`, oldest first, newest `limit`: customers' messages that were not
     * ignored, our sent parts, and what the owner typed.
     */
    history: (conversationId: number, afterSeq: number, beforeSeq: number, limit: number): StoredMessage[] =>
      database
        .all<StoredMessage>(
          `SELECT ${columns} FROM messages WHERE conversation_id = ? AND seq > ? AND seq < ?
             AND (outcome IS NULL OR outcome <> 'ignored') ORDER BY seq DESC LIMIT ?`,
          conversationId,
          afterSeq,
          beforeSeq,
          limit,
        )
        .reverse(),
    /** What our account sent without us lately, in any chat: for telling greetings and campaigns from typing. */
    ownerTexts: (sessionId: string, since: EpochMs): { chatId: string; text: string; timestamp: EpochMs }[] =>
      database.all(
        `SELECT c.chat_id AS chatId, m.text, m.at AS timestamp FROM messages m JOIN conversations c ON c.id = m.conversation_id
         WHERE m.session_id = ? AND m.sender = 'owner' AND m.stored_at >= ? ORDER BY m.stored_at DESC LIMIT 500`,
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
  };
};
export type MessageStore = ReturnType<typeof createMessageStore>;
