import { createHash } from 'node:crypto';
import { formatPhone, parsePhone, phoneKey, phoneSpellings } from '../../session/phone.ts';
import type { EpochMs } from '../../session/units.ts';
import { addTombstone } from '../changes.ts';
import type { ConversationStore } from '../conversation-store.ts';
import type { Database } from '../database.ts';
import { createErasure } from './erase.ts';
import { addCounts, type ErasedCounts, noCounts } from './erased-counts.ts';

export interface ErasedCustomer extends ErasedCounts {
  readonly receiptId: number;
  readonly chatIds: readonly string[];
  /** WhatsApp's ids of what was erased, for erasing them elsewhere (replica, archives). */
  readonly messageIds: readonly string[];
}

export interface PurgeReceipt {
  readonly id: number;
  readonly at: EpochMs;
  readonly sessionName: string;
  readonly counts: ErasedCounts;
  readonly actor: string;
}

/** Every way in which the number may be written; one that has only one form keeps it. */
const formsOf = (phone: string): string[] =>
  phoneSpellings(parsePhone(phone) ?? phone).filter((one) => /^\d{8,15}$/.test(one));

type SessionRef = { readonly id: string; readonly name: string };

/** Erasing one customer, or all that was said in a session, for good. */
export const createPurge = (database: Database, conversations: ConversationStore) => {
  const { eraseConversation, eraseAuthored, eraseMentions } = createErasure(database);

  /** Deleted rows are overwritten (secure_delete, see database.ts); emptying the log takes their old pages out of it. */
  const withOverwrite = <T>(work: () => T): T => {
    const result = database.transaction(work);
    database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    return result;
  };

  const writeReceipt = (
    session: SessionRef,
    phone: string,
    counts: ErasedCounts,
    actor: string,
    now: EpochMs,
  ): number => {
    const key = phoneKey(parsePhone(phone) ?? phone);
    const { lastInsertRowid } = database.run(
      'INSERT INTO purge_receipts (at, session_id, session_name, phone_hash, counts, actor) VALUES (?,?,?,?,?,?)',
      now,
      session.id,
      session.name,
      createHash('sha256').update(`${session.id}:${key}`).digest('hex'),
      JSON.stringify(counts),
      actor,
    );

    return lastInsertRowid;
  };

  return {
    /** Erases one customer (phone with or without ninth digit, or a chat id) from every table of the store, and writes a receipt. */
    purgeCustomer: (session: SessionRef, phone: string, actor: string, now: EpochMs): ErasedCustomer =>
      withOverwrite(() => {
        const found = conversations.byPhone(session.id, phone);
        const chatIds = [...new Set(found.flatMap((one) => [one.chatId, ...conversations.addressesOf(one.id)]))];
        let counts = noCounts;
        const messageIds: string[] = [];
        for (const conversation of found) {
          const erased = eraseConversation(conversation, now);
          messageIds.push(...erased.messageIds);
          counts = addCounts(counts, erased);
        }

        const numbers = formsOf(phone);
        const ids = [...chatIds, ...numbers.map((one) => `${one}@c.us`)];
        const authored = eraseAuthored(session.id, [...new Set(ids)], now);
        messageIds.push(...authored);
        counts = addCounts(counts, { ...noCounts, messages: authored.length });

        const named = found.flatMap((one) => (one.name === null || one.name.trim().length < 3 ? [] : [one.name]));
        const written = numbers.map(formatPhone);
        eraseMentions(session, [...new Set([...ids, ...numbers, ...written, ...named])], now);

        const receiptId = writeReceipt(session, phone, counts, actor, now);
        return { ...counts, receiptId, chatIds, messageIds };
      }),

    /** Erases everything that was said in a session. */
    purgeSession: (sessionId: string, now: EpochMs): ErasedCounts => {
      let total = noCounts;
      withOverwrite(() => {
        for (const row of database.all<{ id: number; chatId: string }>(
          'SELECT id, chat_id AS chatId FROM conversations WHERE session_id = ?',
          sessionId,
        ))
          total = addCounts(total, eraseConversation({ ...row, sessionId }, now));
        database.run('DELETE FROM ai_usage WHERE session_id = ?', sessionId);
        database.run('DELETE FROM activity_minutes WHERE session_id = ?', sessionId);
        addTombstone(database, 'history', sessionId, sessionId, now);
      });
      return total;
    },

    receipts: (limit: number): PurgeReceipt[] =>
      database
        .all<Omit<PurgeReceipt, 'counts'> & { counts: string }>(
          'SELECT id, at, session_name AS sessionName, counts, actor FROM purge_receipts ORDER BY id DESC LIMIT ?',
          limit,
        )
        .map((row) => ({ ...row, counts: JSON.parse(row.counts) })),
  };
};
