import { parsePhone, phoneKey } from '../session/phone.ts';
import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';

/** One chat of one session, as it lasts. */
export interface StoredConversation {
  readonly id: number;
  readonly sessionId: string;
  readonly sessionName: string;
  readonly chatId: string;
  readonly chatKind: string;
  readonly phone: string | null;
  readonly lid: string | null;
  readonly name: string | null;
  readonly isSaved: boolean;
  /** `Number.MAX_SAFE_INTEGER`: until a person resumes it. */
  readonly pausedUntil: EpochMs | null;
  readonly pausedBy: string | null;
  readonly pausedReason: string | null;
  readonly contextSummary: string | null;
  /** Messages up to this seq are in the summary. */
  readonly summaryThrough: number;
  /** Messages below this seq are no longer memory (the owner cleared it); they stay stored. */
  readonly historyFrom: number;
  /** Day (in the session's time zone) on which the away message went out last. */
  readonly awayDay: string | null;
  /** The bot-loop guard's memory of this chat, as JSON; the pipeline alone reads it. */
  readonly botLoop: string | null;
  readonly lastInboundAt: EpochMs | null;
  readonly lastOutboundAt: EpochMs | null;
  /** When a person last typed in this chat on the phone (greetings and commands do not count). */
  readonly lastOwnerAt: EpochMs | null;
  readonly lastAt: EpochMs;
  readonly messageCount: number;
  readonly createdAt: EpochMs;
}

export interface ChatIdentity {
  readonly chatId: string;
  readonly chatKind: string;
  readonly phone: string | null;
  readonly lid: string | null;
  readonly name: string | null;
  readonly isSaved: boolean;
}

const columns = `id, session_id AS sessionId, session_name AS sessionName, chat_id AS chatId, chat_kind AS chatKind, phone, lid, name,
  is_saved AS isSaved, paused_until AS pausedUntil, paused_by AS pausedBy, paused_reason AS pausedReason, context_summary AS contextSummary,
  summary_through AS summaryThrough, history_from AS historyFrom, away_day AS awayDay, bot_loop AS botLoop,
  last_inbound_at AS lastInboundAt, last_outbound_at AS lastOutboundAt, last_owner_at AS lastOwnerAt, last_at AS lastAt,
  message_count AS messageCount, created_at AS createdAt`;

type Row = Omit<StoredConversation, 'isSaved'> & { isSaved: number };
const fromRow = (row: Row): StoredConversation => ({ ...row, isSaved: row.isSaved === 1 });

/** A pause that ends only when a person resumes the chat. */
export const pausedForGood = Number.MAX_SAFE_INTEGER;

export const createConversationStore = (database: Database) => {
  const get = (id: number): StoredConversation | null => {
    const row = database.get<Row>(`SELECT ${columns} FROM conversations WHERE id = ?`, id);
    return row === undefined ? null : fromRow(row);
  };
  const find = (sessionId: string, chatId: string): StoredConversation | null => {
    const row = database.get<Row>(
      `SELECT ${columns} FROM conversations WHERE session_id = ? AND chat_id = ?`,
      sessionId,
      chatId,
    );
    return row === undefined ? null : fromRow(row);
  };
  const existing = (id: number): StoredConversation => {
    const conversation = get(id);
    if (conversation === null) throw new Error(`conversation ${id} is gone from the store`);
    return conversation;
  };

  return {
    get,
    find,

    /** Makes the conversation, or completes what is known of the other side; what is known is never forgotten. */
    ensure: (
      session: { readonly id: string; readonly name: string },
      chat: ChatIdentity,
      now: EpochMs,
    ): StoredConversation => {
      const old = find(session.id, chat.chatId);
      const key = chat.phone === null ? null : phoneKey(chat.phone);
      if (old === null) {
        const { lastInsertRowid } = database.run(
          `INSERT INTO conversations (session_id, session_name, chat_id, chat_kind, phone, phone_key, lid, name, is_saved, last_at, created_at, updated_at)
           VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`,
          session.id,
          session.name,
          chat.chatId,
          chat.chatKind,
          chat.phone,
          key,
          chat.lid,
          chat.name,
          chat.isSaved ? 1 : 0,
          now,
          now,
          now,
        );
        return existing(lastInsertRowid);
      }
      const isSame =
        (chat.phone === null || chat.phone === old.phone) &&
        (chat.lid === null || chat.lid === old.lid) &&
        (chat.name === null || chat.name === old.name) &&
        chat.isSaved === old.isSaved;
      if (isSame) return old;
      database.run(
        `UPDATE conversations SET phone = coalesce(?, phone), phone_key = coalesce(?, phone_key), lid = coalesce(?, lid),
           name = coalesce(?, name), is_saved = ?, updated_at = ? WHERE id = ?`,
        chat.phone,
        key,
        chat.lid,
        chat.name,
        chat.isSaved ? 1 : 0,
        now,
        old.id,
      );
      return existing(old.id);
    },

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
    resume: (id: number, now: EpochMs): void => {
      database.run(
        `UPDATE conversations SET paused_until = NULL, paused_by = NULL, paused_reason = NULL, bot_loop = NULL, updated_at = ?
         WHERE id = ? AND paused_until IS NOT NULL`,
        now,
        id,
      );
    },
    paused: (sessionId: string): StoredConversation[] =>
      database
        .all<Row>(
          `SELECT ${columns} FROM conversations WHERE session_id = ? AND paused_until IS NOT NULL ORDER BY paused_until`,
          sessionId,
        )
        .map(fromRow),
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
    ownerTyped: (id: number, at: EpochMs, now: EpochMs): void => {
      database.run(
        'UPDATE conversations SET last_owner_at = max(coalesce(last_owner_at, 0), ?), updated_at = ? WHERE id = ?',
        at,
        now,
        id,
      );
    },
    /** What was taken for the owner typing at `at` was a template: takes it back. True when that had paused the chat. */
    ownerDidNotType: (sessionId: string, chatId: string, at: EpochMs, now: EpochMs): boolean => {
      const isOwn = `session_id = ? AND chat_id = ? AND last_owner_at = ?`;
      const { changes } = database.run(
        `UPDATE conversations SET paused_until = NULL, paused_by = NULL, paused_reason = NULL, updated_at = ?
         WHERE ${isOwn} AND paused_by = 'owner'`,
        now,
        sessionId,
        chatId,
        at,
      );
      database.run(
        `UPDATE conversations SET last_owner_at = NULL, updated_at = ? WHERE ${isOwn}`,
        now,
        sessionId,
        chatId,
        at,
      );
      return changes > 0;
    },
    setBotLoop: (id: number, state: string | null, now: EpochMs): void => {
      database.run('UPDATE conversations SET bot_loop = ?, updated_at = ? WHERE id = ?', state, now, id);
    },
    /** Conversations of one phone number in one session, with and without the ninth digit, or with that LID or chat id. */
    byPhone: (sessionId: string, phoneOrChatId: string): StoredConversation[] =>
      (phoneOrChatId.includes('@')
        ? database.all<Row>(
            `SELECT ${columns} FROM conversations WHERE session_id = ? AND chat_id = ?`,
            sessionId,
            phoneOrChatId,
          )
        : database.all<Row>(
            `SELECT ${columns} FROM conversations WHERE session_id = ? AND phone_key = ?`,
            sessionId,
            phoneKey(parsePhone(phoneOrChatId) ?? phoneOrChatId),
          )
      ).map(fromRow),
    /** Ids of the sessions, living or removed, whose conversations carry this name. */
    sessionIdsOfName: (sessionName: string): string[] =>
      database
        .all<{ id: string }>('SELECT DISTINCT session_id AS id FROM conversations WHERE session_name = ?', sessionName)
        .map((row) => row.id),
  };
};
export type ConversationStore = ReturnType<typeof createConversationStore>;
