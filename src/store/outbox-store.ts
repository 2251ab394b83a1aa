import { FleetError } from '../session/fleet-error.ts';
import { parsePhone } from '../session/phone.ts';
import type { EpochMs } from '../session/units.ts';
import type { ConversationStore } from './conversation-store.ts';
import type { Database } from './database.ts';
import type { MessageStore } from './message-store.ts';

/**
 * `draft` waits for a person; `queued` waits for its turn; `sending`: the id is chosen and stored, the send may or may not have happened;
 * `sent`; `refused`: certainly not gone out, given up; `unknown`: its fate cannot be known, never sent again; `dropped`: not wanted any more.
 */
export type PartStatus = 'draft' | 'queued' | 'sending' | 'sent' | 'refused' | 'unknown' | 'dropped';
export type PartSource = 'reply' | 'send' | 'alert' | 'away';

export interface StoredPart {
  readonly id: number;
  readonly sessionId: string;
  readonly conversationId: number;
  readonly chatId: string;
  readonly turnId: number | null;
  /** Parts go out in order of (batch, part). */
  readonly batch: number;
  readonly part: number;
  /** An approved draft that is still one text: it is split before it is sent. */
  readonly whole: boolean;
  readonly text: string;
  readonly source: PartSource;
  readonly actor: string;
  readonly status: PartStatus;
  /** The `<ID>` part that we chose for WhatsApp; stored before the send. */
  readonly messageId: string | null;
  /** Which life of the worker sent it. */
  readonly life: string | null;
  readonly notBefore: EpochMs;
  readonly attempts: number;
  readonly lookups: number;
  readonly reason: string | null;
  readonly ack: number | null;
  readonly createdAt: EpochMs;
  readonly sendingAt: EpochMs | null;
}

export interface NewPart {
  readonly text: string;
  readonly notBefore: EpochMs;
}

export interface PartsOrigin {
  readonly sessionId: string;
  readonly conversationId: number;
  readonly turnId: number | null;
  readonly source: PartSource;
  readonly actor: string;
}

type Row = Omit<StoredPart, 'whole'> & { whole: number };
const columns = `o.id, o.session_id AS sessionId, o.conversation_id AS conversationId, c.chat_id AS chatId, o.turn_id AS turnId, o.batch, o.part, o.whole,
  o.text, o.source, o.actor, o.status, o.message_id AS messageId, o.life, o.not_before AS notBefore, o.attempts, o.lookups, o.reason, o.ack,
  o.created_at AS createdAt, o.sending_at AS sendingAt`;
const from = 'FROM outbox o JOIN conversations c ON c.id = o.conversation_id';
const fromRow = (row: Row): StoredPart => ({ ...row, whole: row.whole === 1 });

export const createOutboxStore = (database: Database, conversations: ConversationStore, messages: MessageStore) => {
  const get = (id: number): StoredPart | null => {
    const row = database.get<Row>(`SELECT ${columns} ${from} WHERE o.id = ?`, id);
    return row === undefined ? null : fromRow(row);
  };
  const insert = (
    origin: PartsOrigin,
    part: NewPart,
    place: { batch: number; part: number; whole: boolean; status: PartStatus },
    now: EpochMs,
  ): number =>
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
  const waitingDraft = (id: number): StoredPart => {
    const draft = get(id);
    if (draft === null || draft.status !== 'draft')
      throw new FleetError('refused-by-state', 'this draft is not waiting any more. Look at the drafts again.');
    return draft;
  };

  return {
    get,
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

    /** A whole answer that waits for a person. */
    addDraft: (origin: PartsOrigin, text: string, now: EpochMs): number => {
      const id = insert(origin, { text, notBefore: now }, { batch: 0, part: 0, whole: true, status: 'draft' }, now);
      database.run('UPDATE outbox SET batch = ? WHERE id = ?', id, id);
      return id;
    },
    /** The draft goes out as it is. Throws `refused-by-state` when it is not waiting any more. */
    approveDraft: (id: number, actor: string, now: EpochMs): void =>
      database.transaction(() => {
        waitingDraft(id);
        database.run(
          `UPDATE outbox SET status = 'queued', actor = ?, not_before = ?, updated_at = ? WHERE id = ?`,
          actor,
          now,
          now,
          id,
        );
      }),
    /** Changes the text of a waiting draft; it goes on waiting. */
    editDraft: (id: number, text: string, actor: string, now: EpochMs): void =>
      database.transaction(() => {
        waitingDraft(id);
        database.run('UPDATE outbox SET text = ?, actor = ?, updated_at = ? WHERE id = ?', text, actor, now, id);
      }),
    /** A person decided against it: its messages stay unanswered. */
    dropDraft: (id: number, actor: string, now: EpochMs): void =>
      database.transaction(() => {
        const draft = waitingDraft(id);
        end(id, 'dropped', `dropped by ${actor}`, now);
        if (draft.turnId === null) return;
        const seqs = messages.ofTurn(draft.turnId).map((message) => message.seq);
        messages.end(seqs, { outcome: 'unanswered', code: 'draft-dropped', reason: `${actor} dropped the draft` }, now);
        database.run(
          `UPDATE turns SET outcome = 'unanswered', reason_code = 'draft-dropped', reason = ?, updated_at = ? WHERE id = ?`,
          `${actor} dropped the draft`,
          now,
          draft.turnId,
        );
      }),
    draftsOfChat: (sessionId: string, conversationId: number): StoredPart[] =>
      database
        .all<Row>(
          `SELECT ${columns} ${from} WHERE o.session_id = ? AND o.conversation_id = ? AND o.status = 'draft' ORDER BY o.id`,
          sessionId,
          conversationId,
        )
        .map(fromRow),

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
      const row = database.get<Row>(
        `SELECT ${columns} ${from} WHERE o.session_id = ? AND o.conversation_id = ? AND o.status IN ('queued', 'sending')
         ORDER BY o.status = 'queued', o.batch, o.part LIMIT 1`,
        sessionId,
        conversationId,
      );
      return row === undefined ? null : fromRow(row);
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
        .all<Row>(
          `SELECT ${columns} ${from} WHERE o.turn_id = ? AND o.status IN ('queued', 'sending') ORDER BY o.batch, o.part`,
          turnId,
        )
        .map(fromRow),
    ofTurn: (turnId: number): StoredPart[] =>
      database.all<Row>(`SELECT ${columns} ${from} WHERE o.turn_id = ? ORDER BY o.batch, o.part`, turnId).map(fromRow),

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
      const row = database.get<Row>(
        `SELECT ${columns} ${from} WHERE o.session_id = ? AND o.message_id = ?`,
        sessionId,
        messageId,
      );
      return row === undefined ? null : fromRow(row);
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
