import { createHash } from 'node:crypto';
import { parsePhone, phoneKey } from '../session/phone.ts';
import type { EpochMs } from '../session/units.ts';
import { addTombstone } from './changes.ts';
import type { ConversationStore } from './conversation-store.ts';
import type { Database } from './database.ts';

/** What was erased. */
export interface ErasedCounts {
  readonly conversations: number;
  readonly messages: number;
  readonly turns: number;
  readonly parts: number;
}

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

export type ExportLine = Readonly<Record<string, string | number | null | readonly unknown[]>>;

const pruneBatch = 2000;
const keepActivityMinutes = 8 * 24 * 60;
const noCounts: ErasedCounts = { conversations: 0, messages: 0, turns: 0, parts: 0 };

export const createRetention = (database: Database, conversations: ConversationStore) => {
  const eraseConversation = (
    conversation: { readonly id: number; readonly sessionId: string; readonly chatId: string },
    now: EpochMs,
  ): ErasedCounts & { messageIds: string[] } => {
    const messageIds = database
      .all<{ id: string }>('SELECT wa_id AS id FROM messages WHERE conversation_id = ?', conversation.id)
      .map((row) => row.id);
    const erase = (sql: string): number => database.run(sql, conversation.id).changes;
    const messages = erase('DELETE FROM messages WHERE conversation_id = ?');
    const turns = erase('DELETE FROM turns WHERE conversation_id = ?');
    const parts =
      erase(`DELETE FROM outbox WHERE conversation_id = ? AND status = 'sent'`) +
      erase(`DELETE FROM outbox WHERE conversation_id = ? AND status <> 'sent'`);
    erase('DELETE FROM conversations WHERE id = ?');
    // One tombstone stands for the whole conversation: messages, turns and parts go with it.
    addTombstone(database, 'conversation', conversation.sessionId, conversation.chatId, now);
    return { conversations: 1, messages, turns, parts, messageIds };
  };
  /** What the customer wrote in groups. */
  const eraseAuthored = (sessionId: string, authors: readonly string[], now: EpochMs): string[] =>
    authors.flatMap((author) => {
      const rows = database.all<{ seq: number; waId: string; conversationId: number; turnId: number | null }>(
        'SELECT seq, wa_id AS waId, conversation_id AS conversationId, turn_id AS turnId FROM messages WHERE session_id = ? AND author = ?',
        sessionId,
        author,
      );
      for (const row of rows) {
        database.run('DELETE FROM messages WHERE seq = ?', row.seq);
        addTombstone(database, 'message', sessionId, row.waId, now);
        if (row.turnId === null) continue;
        if (database.run('DELETE FROM turns WHERE id = ?', row.turnId).changes > 0)
          addTombstone(database, 'turn', sessionId, String(row.turnId), now);
      }
      // The group's preview and summary may say what was erased.
      for (const id of new Set(rows.map((row) => row.conversationId)))
        database.run(
          `UPDATE conversations SET context_summary = NULL, updated_at = ?2,
             last_text = coalesce((SELECT text FROM messages WHERE conversation_id = ?1 ORDER BY at DESC LIMIT 1), '') WHERE id = ?1`,
          id,
          now,
        );
      return rows.map((row) => row.waId);
    });
  /** The event log names customers in its sentences. */
  const eraseMentions = (sessionName: string, names: readonly string[]): void => {
    for (const name of names)
      database.run(
        `UPDATE events SET text = '(erased)', evidence = NULL WHERE session_name = ? AND (instr(text, ?) > 0 OR instr(coalesce(evidence, ''), ?) > 0)`,
        sessionName,
        name,
        name,
      );
  };
  const add = (a: ErasedCounts, b: ErasedCounts): ErasedCounts => ({
    conversations: a.conversations + b.conversations,
    messages: a.messages + b.messages,
    turns: a.turns + b.turns,
    parts: a.parts + b.parts,
  });
  /** Deleted rows are overwritten (secure_delete, see database.ts); emptying the log takes their old pages out of it. */
  const withOverwrite = <T>(work: () => T): T => {
    const result = database.transaction(work);
    database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    return result;
  };

  /** One batch of `prune`; nothing is left when it erased nothing. */
  const pruneStep = (sessionId: string, before: EpochMs, now: EpochMs): ErasedCounts =>
    database.transaction((): ErasedCounts => {
      const rows = database.all<{ seq: number; waId: string }>(
        `SELECT seq, wa_id AS waId FROM messages WHERE session_id = ? AND stored_at < ? AND outcome IS NOT 'pending'
           AND NOT (outcome IS 'held' AND outcome_code IN ('closed', 'draft')) LIMIT ${pruneBatch}`,
        sessionId,
        before,
      );
      for (const row of rows) {
        database.run('DELETE FROM messages WHERE seq = ?', row.seq);
        addTombstone(database, 'message', sessionId, row.waId, now);
      }
      const turns = database.all<{ id: number }>(
        `SELECT id FROM turns WHERE session_id = ? AND started_at < ? AND finished_at IS NOT NULL LIMIT ${pruneBatch}`,
        sessionId,
        before,
      );
      for (const turn of turns) {
        database.run('DELETE FROM turns WHERE id = ?', turn.id);
        addTombstone(database, 'turn', sessionId, String(turn.id), now);
      }
      const parts = database.all<{ id: number }>(
        `SELECT id FROM outbox WHERE session_id = ? AND created_at < ? AND status NOT IN ('draft', 'queued', 'sending') LIMIT ${pruneBatch}`,
        sessionId,
        before,
      );
      for (const part of parts) {
        database.run('DELETE FROM outbox WHERE id = ?', part.id);
        addTombstone(database, 'outbox', sessionId, String(part.id), now);
      }
      // A chat that was silent since keeps neither preview nor summary.
      database.run(
        `UPDATE conversations SET last_text = '', context_summary = NULL, updated_at = ?
         WHERE session_id = ? AND last_at < ? AND (last_text <> '' OR context_summary IS NOT NULL)`,
        now,
        sessionId,
        before,
      );
      return { conversations: 0, messages: rows.length, turns: turns.length, parts: parts.length };
    });

  return {
    pruneStep,
    /**
     * Erases messages, turns and parts of a session that are older than `before`; what waits for an answer, for opening or for a person
     * stays.
     */
    prune: (sessionId: string, before: EpochMs, now: EpochMs): ErasedCounts => {
      let total = noCounts;
      for (;;) {
        const step = pruneStep(sessionId, before, now);
        total = add(total, step);
        if (step.messages + step.turns + step.parts === 0) return total;
      }
    },

    /** Counters older than their use. */
    pruneActivity: (now: EpochMs): void => {
      database.run('DELETE FROM activity_minutes WHERE minute < ?', Math.floor(now / 60_000) - keepActivityMinutes);
    },

    /** Erases one customer (phone with or without ninth digit, or a chat id) from every table of the store, and writes a receipt. */
    purgeCustomer: (
      session: { readonly id: string; readonly name: string },
      phone: string,
      actor: string,
      now: EpochMs,
    ): ErasedCustomer =>
      withOverwrite(() => {
        const found = conversations.byPhone(session.id, phone);
        let counts = noCounts;
        const messageIds: string[] = [];
        for (const conversation of found) {
          const erased = eraseConversation(conversation, now);
          messageIds.push(...erased.messageIds);
          counts = add(counts, erased);
        }
        const number = parsePhone(phone);
        const key = phoneKey(number ?? phone);
        // With and without the ninth digit; a number that is no mobile keeps its one form.
        const numbers = [...new Set([key, number ?? key, key.replace(/^(55\d{2})(\d{8})$/, '$19$2')])].filter((one) =>
          /^\d{8,15}$/.test(one),
        );
        const ids = [...found.map((one) => one.chatId), ...numbers.map((one) => `${one}@c.us`)];
        const authored = eraseAuthored(session.id, [...new Set(ids)], now);
        messageIds.push(...authored);
        counts = add(counts, { ...noCounts, messages: authored.length });
        const named = found.flatMap((one) => (one.name === null || one.name.trim().length < 3 ? [] : [one.name]));
        eraseMentions(session.name, [...new Set([...ids, ...numbers, ...named])]);
        const { lastInsertRowid } = database.run(
          'INSERT INTO purge_receipts (at, session_id, session_name, phone_hash, counts, actor) VALUES (?,?,?,?,?,?)',
          now,
          session.id,
          session.name,
          createHash('sha256').update(`${session.id}:${key}`).digest('hex'),
          JSON.stringify(counts),
          actor,
        );
        return { ...counts, receiptId: lastInsertRowid, chatIds: found.map((one) => one.chatId), messageIds };
      }),

    /** Erases everything that was said in a session. */
    purgeSession: (sessionId: string, now: EpochMs): ErasedCounts => {
      let total = noCounts;
      withOverwrite(() => {
        for (const row of database.all<{ id: number; chatId: string }>(
          'SELECT id, chat_id AS chatId FROM conversations WHERE session_id = ?',
          sessionId,
        ))
          total = add(total, eraseConversation({ ...row, sessionId }, now));
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

    /** How much a delete would leave or erase. */
    countsOf: (sessionId: string): ErasedCounts => {
      const one = (sql: string): number => database.get<{ n: number }>(sql, sessionId)?.n ?? 0;
      return {
        conversations: one('SELECT count(*) AS n FROM conversations WHERE session_id = ?'),
        messages: one('SELECT count(*) AS n FROM messages WHERE session_id = ?'),
        turns: one('SELECT count(*) AS n FROM turns WHERE session_id = ?'),
        parts: one('SELECT count(*) AS n FROM outbox WHERE session_id = ?'),
      };
    },

    /** Conversations of a session as objects for JSONL: each conversation, then its messages and turns, oldest first. Lazy: a long history does not fill the memory. */
    export: function* (sessionId: string): Generator<ExportLine> {
      const chats = database.all<{ id: number }>(
        'SELECT id FROM conversations WHERE session_id = ? ORDER BY id',
        sessionId,
      );
      for (const { id } of chats) {
        const conversation = database.get<ExportLine>(
          `SELECT 'conversation' AS type, session_name AS session, chat_id AS chat, phone, lid, name, created_at AS createdAt,
             context_summary AS summary FROM conversations WHERE id = ?`,
          id,
        );
        if (conversation === undefined) continue;
        yield { ...conversation };
        const chat = conversation['chat'] ?? null;
        let after = 0;
        for (;;) {
          const rows = database.all<ExportLine>(
            `SELECT 'message' AS type, seq, wa_id AS id, sender, kind, text, media_text AS mediaText, at, outcome, outcome_reason AS reason, ack,
               turn_id AS turn FROM messages WHERE conversation_id = ? AND seq > ? ORDER BY seq LIMIT 500`,
            id,
            after,
          );
          for (const row of rows) yield { ...row, chat };
          if (rows.length < 500) break;
          after = Number(rows.at(-1)?.['seq'] ?? 0);
        }
        const turns = database.all<ExportLine>(
          `SELECT 'turn' AS type, id, started_at AS startedAt, finished_at AS finishedAt, outcome, reason, provider, model,
             instructions_version AS instructions, raw_answer AS answer, input_tokens AS inputTokens, output_tokens AS outputTokens,
             cost_micro AS costMicroUsd FROM turns WHERE conversation_id = ? ORDER BY id`,
          id,
        );
        for (const turn of turns) yield { ...turn, chat };
      }
    },
  };
};
export type Retention = ReturnType<typeof createRetention>;
