import { FleetError } from '../session/fleet-error.ts';
import { parsePhone } from '../session/phone.ts';
import type { EpochMs } from '../session/units.ts';
import type { ConversationStore } from './conversation-store.ts';
import type { Database } from './database.ts';
import { createDrafts } from './draft-commands.ts';
import type { MessageStore } from './message-store.ts';
import {
  type InsertPart,
  type NewPart,
  type PartRow,
  type PartsOrigin,
  partColumns,
  partFromRow,
  partSource,
  type StoredPart,
} from './outbox-rows.ts';

export const createOutboxStore = (database: Database, conversations: ConversationStore, messages: MessageStore) => {
  const get = (id: number): StoredPart | null => {
    const row = database.get<PartRow>(`SELECT ${partColumns} ${partSource} WHERE o.id = ?`, id);
    return row === undefined ? null : partFromRow(row);
  };
  const insert: InsertPart = (origin, part, place, now) =>
    database.run(
      `INSERT INTO outbox (session_id, conversation_id, turn_id, batch, part, whole, text, source, actor, status, not_before, created_at, updated_at)
       VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)`,
      origin.sessionId,
      origin.conversationId,
      origin.turnId,
      place.batch,
      place.part,
      place.whole ? 1 : 0,
      part.text,
      origin.source,
      origin.actor,
      place.status,
      part.notBefore,
      now,
      now,
    ).lastInsertRowid;
  const enqueue = (origin: PartsOrigin, parts: readonly NewPart[], now: EpochMs): number[] =>
    database.transaction(() => {
      let batch = 0;
      return parts.map((part, index) => {
        const id = insert(origin, part, { batch, part: index, whole: false, status: 'queued' }, now);
        if (index === 0) {
          batch = id;
          database.run('UPDATE outbox SET batch = ? WHERE id = ?', id, id);
        }
        return id;
      });
    });
  const end = (id: number, status: 'refused' | 'unknown' | 'dropped', reason: string, now: EpochMs): void => {
    database.run(
      'UPDATE outbox SET status = ?, reason = ?, done_at = ?, updated_at = ? WHERE id = ?',
      status,
      reason,
      now,
      now,
      id,
    );
  };
  return {
    get,
    ...createDrafts(database, messages, { get, insert, end }),
    /** Queues the parts of one text, in order, behind everything that the chat has queued. */
    enqueue,

    /** An operator's own message. `chat` is a chat id or a phone number; the worker sends it when it is woken. Throws `usage`. */
    enqueueSend: (
      session: { readonly id: string; readonly name: string },
      chat: string,
      text: string,
      by: { readonly source: 'send' | 'alert'; readonly actor: string },
      now: EpochMs,
    ): number =>
      database.transaction(() => {
        const isChatId = /^[^\s@]+@(c\.us|lid|g\.us|s\.whatsapp\.net)$/.test(chat);
        const phone = isChatId ? null : parsePhone(chat);
        if (!isChatId && phone === null)
          throw new FleetError(
            'usage',
            `${JSON.stringify(chat.slice(0, 60))} is no phone number or chat. Example: 5511987654321`,
          );
        const known =
          phone === null
            ? null
            : (conversations.byPhone(session.id, phone).sort((a, b) => b.lastAt - a.lastAt)[0] ?? null);
        const conversation =
          known ??
          conversations.ensure(
            session,
            {
              chatId: isChatId ? chat : `${phone}@c.us`,
              chatKind: chat.endsWith('@g.us') ? 'group' : 'person',
              phone: phone ?? /^(\d+)@(c\.us|s\.whatsapp\.net)$/.exec(chat)?.[1] ?? null,
              lid: chat.endsWith('@lid') ? chat : null,
              name: null,
              isSaved: false,
            },
            now,
          );
        const origin = { sessionId: session.id, conversationId: conversation.id, turnId: null, ...by };
        return enqueue(origin, [{ text, notBefore: now }], now)[0] ?? 0;
      }),

    /** Splits an approved draft where it stands: its first part keeps the row. */
    replaceWhole: (part: StoredPart, texts: readonly string[], now: EpochMs): void =>
      database.transaction(() => {
        database.run(
          'UPDATE outbox SET text = ?, whole = 0, updated_at = ? WHERE id = ?',
          texts[0] ?? part.text,
          now,
          part.id,
        );
        texts.slice(1).forEach((text, index) => {
          insert(
            part,
            { text, notBefore: now },
            { batch: part.batch, part: index + 1, whole: false, status: 'queued' },
            now,
          );
        });
      }),

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

    /** Stored before the send: from here on the part may have gone out. */
    markSending: (id: number, messageId: string, life: string, now: EpochMs): void => {
      database.run(
        `UPDATE outbox SET status = 'sending', message_id = ?, life = ?, attempts = attempts + 1, lookups = 0, sending_at = ?, updated_at = ?
         WHERE id = ?`,
        messageId,
        life,
        now,
        now,
        id,
      );
    },
    /** It certainly did not go out: it may be tried again, under the same id, not before `notBefore`. */
    requeue: (id: number, notBefore: EpochMs, reason: string, now: EpochMs): void => {
      database.run(
        `UPDATE outbox SET status = 'queued', not_before = ?, reason = ?, updated_at = ? WHERE id = ?`,
        notBefore,
        reason,
        now,
        id,
      );
    },
    countLookup: (id: number, now: EpochMs): void => {
      database.run('UPDATE outbox SET lookups = lookups + 1, updated_at = ? WHERE id = ?', now, id);
    },
    /** Gone out: it becomes a message of the chat, in the same transaction. False when that was known already. */
    markSent: (part: StoredPart, sent: { readonly waId: string; readonly ack: number }, now: EpochMs): boolean =>
      database.transaction(() => {
        const { changes } = database.run(
          `UPDATE outbox SET status = 'sent', ack = max(coalesce(ack, ?), ?), reason = NULL, done_at = ?, updated_at = ?
           WHERE id = ? AND status IN ('sending', 'unknown')`,
          sent.ack,
          sent.ack,
          now,
          now,
          part.id,
        );
        if (changes === 0) return false;
        messages.insert(
          {
            sessionId: part.sessionId,
            conversationId: part.conversationId,
            waId: sent.waId,
            sender: 'bot',
            author: null,
            kind: 'text',
            text: part.text,
            mimeType: null,
            quotedId: null,
            at: now,
            ending: null,
            outboxId: part.id,
            ...(part.turnId === null ? {} : { turnId: part.turnId }),
            ack: get(part.id)?.ack ?? sent.ack,
          },
          now,
        );
        return true;
      }),
    end,
    byMessageId: (sessionId: string, messageId: string): StoredPart | null => {
      const row = database.get<PartRow>(
        `SELECT ${partColumns} ${partSource} WHERE o.session_id = ? AND o.message_id = ?`,
        sessionId,
        messageId,
      );
      return row === undefined ? null : partFromRow(row);
    },
    setAck: (id: number, ack: number, now: EpochMs): void => {
      database.run(
        'UPDATE outbox SET ack = ?, updated_at = ? WHERE id = ? AND (ack IS NULL OR ack < ? OR (ack = 0 AND ? = -1))',
        ack,
        now,
        id,
        ack,
        ack,
      );
    },
    /** Parts that went out in one chat since then, for the caps. */
    sentSince: (conversationId: number, since: EpochMs): number =>
      database.get<{ n: number }>(
        `SELECT count(*) AS n FROM outbox WHERE conversation_id = ? AND status = 'sent' AND done_at >= ?`,
        conversationId,
        since,
      )?.n ?? 0,
    oldestSentSince: (conversationId: number, since: EpochMs): EpochMs | null =>
      database.get<{ at: number | null }>(
        `SELECT min(done_at) AS at FROM outbox WHERE conversation_id = ? AND status = 'sent' AND done_at >= ?`,
        conversationId,
        since,
      )?.at ?? null,
    /** Parts that went out in the whole session since then (to the minute). */
    sessionSentSince: (sessionId: string, since: EpochMs): number =>
      database.get<{ n: number | null }>(
        'SELECT sum(sent) AS n FROM activity_minutes WHERE session_id = ? AND minute >= ?',
        sessionId,
        Math.floor(since / 60_000),
      )?.n ?? 0,
  };
};
export type OutboxStore = ReturnType<typeof createOutboxStore>;
