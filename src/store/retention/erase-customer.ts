import { inSlices } from '../../pace/slices.ts';
import { formatPhone, parsePhone, phoneSpellings } from '../../session/phone.ts';
import { addTombstone } from '../changes.ts';
import type { ConversationStore } from '../conversation-store.ts';
import type { Database } from '../database.ts';
import { createChatErasure } from './erase-chat.ts';
import { eraseMentions } from './erase-mentions.ts';
import type { EraseOptions, EraseProgress, SessionRef } from './erase-options.ts';

/** Who is to be erased, by all that he is known by: looked up before anything of it is gone. */
export interface FoundCustomer {
  readonly conversationIds: readonly number[];
  readonly chatIds: readonly string[];
  /** Under which he may have written in groups. */
  readonly authors: readonly string[];
  /** What sentences may call him. */
  readonly mentions: readonly string[];
}

/** Every way in which the number may be written; one that has only one form keeps it. */
const formsOf = (phone: string): string[] =>
  phoneSpellings(parsePhone(phone) ?? phone).filter((one) => /^\d{8,15}$/.test(one));

/** A shorter name stands in too many sentences. */
const shortestName = 3;

/** Phone with or without ninth digit, or a chat id. */
export const findCustomer = (conversations: ConversationStore, sessionId: string, phone: string): FoundCustomer => {
  const found = conversations.byPhone(sessionId, phone);
  const chatIds = [...new Set(found.flatMap((one) => [one.chatId, ...conversations.addressesOf(one.id)]))];
  const numbers = formsOf(phone);
  const authors = [...new Set([...chatIds, ...numbers.map((one) => `${one}@c.us`)])];
  const named = found.flatMap((one) => (one.name === null || one.name.trim().length < shortestName ? [] : [one.name]));

  return {
    conversationIds: found.map((one) => one.id),
    chatIds,
    authors,
    mentions: [...new Set([...authors, ...numbers, ...numbers.map(formatPhone), ...named])],
  };
};

/** What the customer wrote in groups, with the answers to it; the group's preview and summary may say it, too. */
const createAuthoredErasure =
  (database: Database, sessionId: string, options: EraseOptions) =>
  (author: string, atMost: number): number =>
    database.slice(() => {
      const rows = database.all<{ seq: number; waId: string; conversationId: number; turnId: number | null }>(
        `SELECT seq, wa_id AS waId, conversation_id AS conversationId, turn_id AS turnId FROM messages
           WHERE session_id = ? AND author = ? LIMIT ?`,
        sessionId,
        author,
        atMost,
      );
      for (const row of rows) {
        database.run('DELETE FROM messages WHERE seq = ?', row.seq);
        addTombstone(database, 'message', sessionId, row.waId, options.now);
        if (row.turnId === null) continue;
        if (database.run('DELETE FROM turns WHERE id = ?', row.turnId).changes > 0)
          addTombstone(database, 'turn', sessionId, String(row.turnId), options.now);
      }
      for (const id of new Set(rows.map((row) => row.conversationId)))
        database.run(
          `UPDATE conversations SET context_summary = NULL, updated_at = ?2,
             last_text = coalesce((SELECT text FROM messages WHERE conversation_id = ?1 ORDER BY at DESC LIMIT 1), '') WHERE id = ?1`,
          id,
          options.now,
        );
      if (rows.length > 0) options.count?.('messages', rows.length);
      return rows.length;
    });

/** Erases one customer from every table of the store, in slices. Begun again with the same `found`, it goes on. */
export async function* eraseCustomer(
  database: Database,
  session: SessionRef,
  found: FoundCustomer,
  options: EraseOptions,
): AsyncGenerator<EraseProgress> {
  const slicing = options.signal === undefined ? {} : { signal: options.signal };
  let done = 0;
  const progress = (did: number): EraseProgress => {
    done += did;
    return { done, total: 0 };
  };

  const eraseChat = createChatErasure(database);
  for (const id of found.conversationIds)
    for await (const did of inSlices((atMost) => eraseChat(id, atMost, options), slicing)) yield progress(did);

  const eraseAuthored = createAuthoredErasure(database, session.id, options);
  for (const author of found.authors)
    for await (const did of inSlices((atMost) => eraseAuthored(author, atMost), slicing)) yield progress(did);

  for await (const did of eraseMentions(database, session, found.mentions, options)) yield progress(did);
}
