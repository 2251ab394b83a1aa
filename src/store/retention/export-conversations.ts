import { notOfProbe } from '../conversations/probe-chats.ts';
import type { Database } from '../database.ts';

export type ExportLine = Readonly<Record<string, string | number | null | readonly unknown[]>>;

const pageRows = 500;

/** A session's conversations for a person to keep. */
export const createConversationExport = (database: Database) => {
  const messagesOf = function* (conversationId: number): Generator<ExportLine> {
    let after = 0;
    for (;;) {
      const rows = database.all<ExportLine>(
        `SELECT 'message' AS type, seq, wa_id AS id, sender, kind, text, media_text AS mediaText, at, outcome, outcome_reason AS reason, ack,
               facts, quoted, ad, edited_at AS editedAt, deleted_at AS deletedAt,
               turn_id AS turn FROM messages WHERE conversation_id = ? AND seq > ? ORDER BY seq LIMIT ${pageRows}`,
        conversationId,
        after,
      );
      yield* rows;
      if (rows.length < pageRows) return;
      after = Number(rows.at(-1)?.['seq'] ?? 0);
    }
  };

  const turnsOf = function* (conversationId: number): Generator<ExportLine> {
    let after = 0;
    for (;;) {
      const rows = database.all<ExportLine>(
        `SELECT 'turn' AS type, id, started_at AS startedAt, finished_at AS finishedAt, outcome, reason, provider, model,
               instructions_version AS instructions, raw_answer AS answer, input_tokens AS inputTokens, output_tokens AS outputTokens,
               cost_micro AS costMicroUsd FROM turns WHERE conversation_id = ? AND id > ? ORDER BY id LIMIT ${pageRows}`,
        conversationId,
        after,
      );
      yield* rows;
      if (rows.length < pageRows) return;
      after = Number(rows.at(-1)?.['id'] ?? 0);
    }
  };

  return {
    /** Conversations of a session as objects for JSONL: each conversation, then its messages and turns, oldest first. Lazy: a long history does not fill the memory. */
    export: function* (sessionId: string): Generator<ExportLine> {
      const chats = database.all<{ id: number }>(
        `SELECT id FROM conversations WHERE session_id = ? AND ${notOfProbe('id')} ORDER BY id`,
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

        for (const message of messagesOf(id)) yield { ...message, chat };
        for (const turn of turnsOf(id)) yield { ...turn, chat };
      }
    },
  };
};
