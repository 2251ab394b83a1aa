import { FleetError } from '../../session/fleet-error.ts';
import { chatProblem, parsePhone } from '../../session/phone.ts';
import type { EpochMs } from '../../session/units.ts';
import type { ConversationStore, StoredConversation } from '../conversation-store.ts';
import type { Database } from '../database.ts';
import type { InsertPart, NewPart, PartsOrigin, StoredPart } from './outbox-rows.ts';

type SessionRef = { readonly id: string; readonly name: string };

/** The conversation that an operator means by a chat id or a phone number; made when it is new. Throws `usage`. */
const conversationFor = (
  conversations: ConversationStore,
  session: SessionRef,
  chat: string,
  now: EpochMs,
): StoredConversation => {
  const isChatId = /^[^\s@]+@(c\.us|lid|g\.us|hosted|hosted\.lid|s\.whatsapp\.net)$/.test(chat);
  const phone = isChatId ? null : parsePhone(chat);
  if (!isChatId && phone === null) throw new FleetError('usage', chatProblem(chat.slice(0, 60)));

  const known =
    phone === null ? undefined : conversations.byPhone(session.id, phone).sort((a, b) => b.lastAt - a.lastAt)[0];
  if (known !== undefined) return known;

  return conversations.ensure(
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
};

/** What is to go out, in order. */
export const createPartQueue = (database: Database, conversations: ConversationStore) => {
  const insert: InsertPart = (origin, part, place, now) =>
    database.run(
      `INSERT INTO outbox (session_id, conversation_id, turn_id, batch, part, whole, text, source, actor, status, not_before, created_at, updated_at, file,
         with_files, is_spoken)
       VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
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
      part.file ?? null,
      part.withFiles === undefined || part.withFiles.length === 0 ? null : JSON.stringify(part.withFiles),
      part.isSpoken === true ? 1 : 0,
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

  return {
    insert,

    /** Queues the parts of one text, in order, behind everything that the chat has queued. */
    enqueue,

    /** An operator's own message. `chat` is a chat id or a phone number; the worker sends it when it is woken. Throws `usage`. */
    enqueueSend: (
      session: SessionRef,
      chat: string,
      text: string,
      by: { readonly source: 'send' | 'alert'; readonly actor: string },
      now: EpochMs,
    ): number =>
      database.transaction(() => {
        const conversation = conversationFor(conversations, session, chat, now);
        const origin = { sessionId: session.id, conversationId: conversation.id, turnId: null, ...by };
        return enqueue(origin, [{ text, notBefore: now }], now)[0] ?? 0;
      }),

    /** Parts in the place of one, where it stands: its first keeps the row. For an approved draft, and what is not spoken after all. */
    replaceWhole: (part: StoredPart, parts: readonly (string | Omit<NewPart, 'notBefore'>)[], now: EpochMs): void =>
      database.transaction(() => {
        const [first = { text: part.text }, ...others] = parts.map((one) =>
          typeof one === 'string' ? { text: one } : one,
        );
        database.run(
          // What is said otherwise than before is another message.
          `UPDATE outbox SET text = ?, file = ?, with_files = NULL, is_spoken = ?, whole = 0, status = 'queued', message_id = NULL,
             sent_to = NULL, updated_at = ? WHERE id = ?`,
          first.text,
          first.file ?? null,
          first.isSpoken === true ? 1 : 0,
          now,
          part.id,
        );
        others.forEach((other, index) => {
          insert(
            part,
            { ...other, notBefore: now },
            { batch: part.batch, part: index + 1, whole: false, status: 'queued' },
            now,
          );
        });
      }),
  };
};
export type PartQueue = ReturnType<typeof createPartQueue>;
