import { parsePhone, phoneKey } from '../../session/phone.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import { addressesOf, createAddressBook } from './address-book.ts';
import {
  type ChatIdentity,
  type ConversationRow,
  conversationColumns,
  conversationFromRow,
  type StoredConversation,
} from './conversation-rows.ts';
import { createOnePerson, type MergeListener } from './one-person.ts';

const keyOf = (chat: ChatIdentity): string | null => (chat.phone === null ? null : phoneKey(chat.phone));

const createRows = (database: Database) => {
  const get = (id: number): StoredConversation | null => {
    const row = database.get<ConversationRow>(`SELECT ${conversationColumns} FROM conversations WHERE id = ?`, id);
    return row === undefined ? null : conversationFromRow(row);
  };

  const existing = (id: number): StoredConversation => {
    const conversation = get(id);
    if (conversation === null) throw new Error(`conversation ${id} is gone from the store`);
    return conversation;
  };

  const make = (
    session: { readonly id: string; readonly name: string },
    chat: ChatIdentity,
    now: EpochMs,
  ): StoredConversation => {
    const { lastInsertRowid } = database.run(
      `INSERT INTO conversations (session_id, session_name, chat_id, chat_kind, phone, phone_key, lid, name, is_saved, last_at, created_at, updated_at)
           VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`,
      session.id,
      session.name,
      chat.chatId,
      chat.chatKind,
      chat.phone,
      keyOf(chat),
      chat.lid,
      chat.name,
      chat.isSaved ? 1 : 0,
      now,
      now,
      now,
    );

    return existing(lastInsertRowid);
  };

  /** What is known is never forgotten. */
  const complete = (old: StoredConversation, chat: ChatIdentity, now: EpochMs): StoredConversation => {
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
      keyOf(chat),
      chat.lid,
      chat.name,
      chat.isSaved ? 1 : 0,
      now,
      old.id,
    );

    return existing(old.id);
  };

  return { get, existing, make, complete };
};

const nobodyListens: MergeListener = () => undefined;

/** Whose conversation it is: found, made and completed by every address that a person is known by. */
export const createConversationIdentity = (database: Database) => {
  const book = createAddressBook(database);
  const { get, existing, make, complete } = createRows(database);

  const find = (sessionId: string, chatId: string): StoredConversation | null => {
    const [id] = book.conversationIds(sessionId, [chatId]);
    return id === undefined ? null : get(id);
  };

  const { oneOf, withoutOthers } = createOnePerson(database, book, existing);

  return {
    get,
    find,
    addressesOf: book.ofConversation,

    /**
     * Makes the conversation, or completes what is known of the other side; what is known is never forgotten. Addresses that lead to
     * several conversations make them one.
     */
    ensure: (
      session: { readonly id: string; readonly name: string },
      chat: ChatIdentity,
      now: EpochMs,
      onMerged: MergeListener = nobodyListens,
    ): StoredConversation =>
      database.transaction(() => {
        const addresses = addressesOf(chat);
        const old = oneOf(session.id, addresses, now, onMerged);
        const conversation =
          old === null ? make(session, chat, now) : complete(old, withoutOthers(chat, session.id, old.id), now);
        book.learn(session.id, conversation.id, addresses, now);
        return conversation;
      }),

    /** What WhatsApp told later of who is behind a conversation. The conversation that is left, which may be an older one. */
    learn: (
      id: number,
      known: { readonly addresses: readonly string[]; readonly phone: string | null; readonly lid: string | null },
      now: EpochMs,
      onMerged: MergeListener = nobodyListens,
    ): StoredConversation | null =>
      database.transaction(() => {
        const conversation = get(id);
        if (conversation === null || conversation.chatKind !== 'person') return conversation;
        const chat: ChatIdentity = { ...conversation, ...known };
        const addresses = addressesOf(chat);
        const one = oneOf(conversation.sessionId, [conversation.chatId, ...addresses], now, onMerged) ?? conversation;
        const told = withoutOthers({ ...chat, name: null, isSaved: one.isSaved }, one.sessionId, one.id);
        const completed = complete(one, told, now);
        book.learn(completed.sessionId, completed.id, addresses, now);
        return completed;
      }),

    /** The next conversation after `afterId` that is somebody's who has another one, and that one's addresses; null: there is none. */
    nextTwin: (
      sessionId: string,
      afterId: number,
    ): { readonly conversation: StoredConversation; readonly addresses: readonly string[] } | null => {
      const row = database.get<ConversationRow>(
        `SELECT ${conversationColumns} FROM conversations c WHERE session_id = ?1 AND id > ?2 AND chat_kind = 'person' AND (
           EXISTS (SELECT 1 FROM conversations o WHERE o.session_id = c.session_id AND o.phone_key = c.phone_key AND o.id < c.id
             AND o.chat_kind = 'person')
           OR EXISTS (SELECT 1 FROM addresses a WHERE a.session_id = c.session_id AND a.address = c.lid AND a.conversation_id <> c.id)
         ) ORDER BY id LIMIT 1`,
        sessionId,
        afterId,
      );
      if (row === undefined) return null;

      const older = database.all<{ chatId: string }>(
        `SELECT o.chat_id AS chatId FROM conversations o JOIN conversations c ON c.id = ? AND o.session_id = c.session_id
           AND o.phone_key = c.phone_key AND o.id < c.id AND o.chat_kind = 'person'`,
        row.id,
      );
      return { conversation: conversationFromRow(row), addresses: older.map(({ chatId }) => chatId) };
    },

    /** Conversations of one phone number in one session, with and without the ninth digit, or with that LID or chat id. */
    byPhone: (sessionId: string, phoneOrChatId: string): StoredConversation[] =>
      (phoneOrChatId.includes('@')
        ? database.all<ConversationRow>(
            `SELECT ${conversationColumns} FROM conversations WHERE id IN
               (SELECT conversation_id FROM addresses WHERE session_id = ? AND address = ?)`,
            sessionId,
            phoneOrChatId,
          )
        : database.all<ConversationRow>(
            `SELECT ${conversationColumns} FROM conversations WHERE session_id = ? AND phone_key = ?`,
            sessionId,
            phoneKey(parsePhone(phoneOrChatId) ?? phoneOrChatId),
          )
      ).map(conversationFromRow),

    /**
     * Ids of the sessions, living or removed, whose conversations carry this name. From one session to the next along the index, a look at
     * each: the conversations of one are too many to be read for it (90 ms at 200,000), and all of them carry the same name.
     */
    sessionIdsOfName: (sessionName: string): string[] =>
      database
        .all<{ id: string }>(
          `WITH RECURSIVE ids(id) AS (SELECT min(session_id) FROM conversations
             UNION ALL SELECT (SELECT min(session_id) FROM conversations WHERE session_id > ids.id) FROM ids WHERE ids.id IS NOT NULL)
           SELECT id FROM ids WHERE (SELECT session_name FROM conversations WHERE session_id = ids.id LIMIT 1) = ?`,
          sessionName,
        )
        .map((row) => row.id),

    /** What a session is called, living or removed, by its conversations; null: it has none. */
    nameOfSession: (sessionId: string): string | null =>
      database.get<{ name: string }>(
        'SELECT session_name AS name FROM conversations WHERE session_id = ? LIMIT 1',
        sessionId,
      )?.name ?? null,
  };
};
