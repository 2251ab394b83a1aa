import { addressPart, authorPart, messageKey } from '../../session/message-key.ts';
import type { EpochMs } from '../../session/units.ts';
import { createAddressBook } from '../conversations/address-book.ts';
import { isProbeChat } from '../conversations/probe-chats.ts';
import type { Database } from '../database.ts';
import { createHookNotes } from '../hooks/hook-notes.ts';
import type { NewMessage } from './message-rows.ts';

/** A quiet time after which a customer's next message counts as a new visit, for the session's own normal. */
const visitGapMs = 30 * 60_000;
const previewLength = 200;

const json = (value: object | null | undefined): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

/** Stores messages as they arrive; counters and their conversation follow in the same transaction. */
export const createMessageInserts = (database: Database) => {
  const book = createAddressBook(database);
  const noteForHooks = createHookNotes(database);

  /** Keys under which the same message may be stored: in a group its author has several addresses, too. */
  const keysOf = (sessionId: string, waId: string): readonly string[] => {
    const author = authorPart(waId);
    if (author === null) return [messageKey(waId)];
    const [person] = book.conversationIds(sessionId, [author]);
    const others = person === undefined ? [] : book.ofConversation(person);
    return [...new Set([author, ...others])].map((one) => messageKey(waId.slice(0, -author.length) + one));
  };

  const isKnown = (sessionId: string, waId: string): boolean =>
    keysOf(sessionId, waId).some(
      (key) =>
        database.get('SELECT 1 FROM messages WHERE session_id = ? AND message_key = ?', sessionId, key) !== undefined,
    );

  /** The new row's seq; null when WhatsApp's id is known already. */
  const insertRow = (message: NewMessage, now: EpochMs): number | null => {
    const { ending } = message;
    const result = database.run(
      `INSERT INTO messages (session_id, conversation_id, wa_id, sender, author, kind, text, mime_type, quoted_id, at, stored_at,
             outcome, outcome_code, outcome_reason, outcome_at, pending_since, held_until, turn_id, outbox_id, ack, updated_at, message_key, facts,
             quoted, ad)
           VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING`,
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
      ending?.code ?? message.judged?.code ?? null,
      ending?.reason ?? message.judged?.reason ?? null,
      ending === null || ending.outcome === 'pending' ? null : now,
      ending?.outcome === 'pending' ? now : null,
      ending?.heldUntil ?? null,
      message.turnId ?? null,
      message.outboxId ?? null,
      message.ack ?? null,
      now,
      messageKey(message.waId),
      json(message.facts),
      json(message.quoted),
      json(message.ad),
    );

    return result.changes === 0 ? null : result.lastInsertRowid;
  };

  /** The conversation's last message and times. */
  const followInConversation = (message: NewMessage, now: EpochMs): void => {
    database.run(
      `UPDATE conversations SET message_count = message_count + 1, last_at = max(last_at, ?1),
             last_text = CASE WHEN ?1 >= last_at OR message_count = 0 THEN ?2 ELSE last_text END,
             last_inbound_at = CASE WHEN ?3 = 'customer' THEN max(coalesce(last_inbound_at, 0), ?1) ELSE last_inbound_at END,
             last_outbound_at = CASE WHEN ?3 = 'bot' THEN max(coalesce(last_outbound_at, 0), ?1) ELSE last_outbound_at END,
             reply_to = CASE WHEN ?3 = 'customer' AND chat_kind IN ('person', 'probe') AND ?6 LIKE '%@%' THEN ?6 ELSE reply_to END, updated_at = ?4 WHERE id = ?5`,
      message.at,
      message.text === '' ? `[${message.kind}]` : message.text.slice(0, previewLength),
      message.sender,
      now,
      message.conversationId,
      addressPart(message.waId),
    );
  };

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
    /** Whether this message is known in this session, under whatever address it was told. */
    has: isKnown,

    /** Stores one message; null when its id is known already. Counters and the conversation's last message follow. */
    insert: (message: NewMessage, now: EpochMs): number | null =>
      database.transaction(() => {
        if (message.author !== null && isKnown(message.sessionId, message.waId)) return null;
        const seq = insertRow(message, now);
        if (seq === null) return null;

        const before = database.get<{ lastInboundAt: number | null; chatKind: string }>(
          'SELECT last_inbound_at AS lastInboundAt, chat_kind AS chatKind FROM conversations WHERE id = ?',
          message.conversationId,
        );
        followInConversation(message, now);
        if (isProbeChat(before)) return seq;

        if (message.sender === 'customer' && message.ending?.outcome !== 'ignored') {
          const last = before?.lastInboundAt ?? null;
          countMinute(message.sessionId, now, 1, last === null || message.at - last > visitGapMs ? 1 : 0, 0);
          noteForHooks({ sessionId: message.sessionId, type: 'message.received', at: now, subject: seq });
        } else if (message.sender === 'bot') countMinute(message.sessionId, now, 0, 0, 1);

        return seq;
      }),
  };
};
