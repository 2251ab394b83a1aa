import type { ToolCallState } from '../session/tool.ts';
import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';

/** Calls of tools, each stored before it is made. */

export interface StoredToolCall {
  readonly key: string;
  readonly conversationId: number;
  readonly turnId: number;
  readonly tool: string;
  /** As the AI service calls it, and what it wants to see again with it. */
  readonly callId: string | null;
  readonly signature: string | null;
  /** JSON. */
  readonly arguments: string;
  readonly state: ToolCallState;
  readonly status: number | null;
  readonly code: string | null;
  readonly reason: string | null;
  readonly answer: string | null;
  readonly begunAt: EpochMs | null;
}

export type NewToolCall = Pick<StoredToolCall, 'key' | 'tool' | 'callId' | 'signature' | 'arguments'>;

export interface ToolCallEnd {
  readonly state: Exclude<ToolCallState, 'asked' | 'begun'>;
  readonly status?: number | null;
  readonly code?: string | null;
  readonly reason?: string | null;
  readonly answer?: string | null;
}

const columns = `c.key, c.conversation_id AS conversationId, c.turn_id AS turnId, c.tool, c.call_id AS callId, c.signature, c.arguments,
  c.state, c.status, c.code, c.reason, c.answer, c.begun_at AS begunAt`;

export const createToolCallStore = (database: Database) => ({
  ask: (
    of: { readonly sessionId: string; readonly conversationId: number; readonly turnId: number },
    calls: readonly NewToolCall[],
    now: EpochMs,
  ): void => {
    const before =
      database.get<{ n: number }>('SELECT count(*) AS n FROM tool_calls WHERE turn_id = ?', of.turnId)?.n ?? 0;
    for (const [index, call] of calls.entries())
      database.run(
        `INSERT INTO tool_calls (key, session_id, conversation_id, turn_id, place, tool, call_id, signature, arguments, asked_at)
         VALUES (?,?,?,?,?,?,?,?,?,?)`,
        call.key,
        of.sessionId,
        of.conversationId,
        of.turnId,
        before + index,
        call.tool,
        call.callId,
        call.signature,
        call.arguments,
        now,
      );
  },
  begin: (key: string, now: EpochMs): void => {
    database.run("UPDATE tool_calls SET state = 'begun', begun_at = coalesce(begun_at, ?) WHERE key = ?", now, key);
  },
  end: (key: string, end: ToolCallEnd, now: EpochMs): void => {
    database.run(
      'UPDATE tool_calls SET state = ?, status = ?, code = ?, reason = ?, answer = ?, ended_at = ? WHERE key = ?',
      end.state,
      end.status ?? null,
      end.code ?? null,
      end.reason ?? null,
      end.answer ?? null,
      now,
      key,
    );
  },
  /** Those of a turn that were never made are none any more. */
  drop: (turnId: number, now: EpochMs): void => {
    database.run(
      "UPDATE tool_calls SET state = 'dropped', ended_at = ? WHERE turn_id = ? AND state = 'asked'",
      now,
      turnId,
    );
  },
  /** Calls of a chat that an earlier life, or a fault, left on their way. */
  open: (sessionId: string, conversationId: number): StoredToolCall[] =>
    database.all<StoredToolCall>(
      `SELECT ${columns} FROM tool_calls c WHERE c.session_id = ? AND c.conversation_id = ? AND c.state = 'begun' ORDER BY c.begun_at, c.place`,
      sessionId,
      conversationId,
    ),
  chatsWithOpen: (sessionId: string): number[] =>
    database
      .all<{ id: number }>(
        "SELECT DISTINCT conversation_id AS id FROM tool_calls WHERE session_id = ? AND state = 'begun'",
        sessionId,
      )
      .map(({ id }) => id),
  /**
   * What earlier turns about any of these messages carried out, or may have, oldest first; and what may have been carried out in this chat
   * since then, whatever it was about: nobody knows.
   */
  carried: (
    chat: { readonly conversationId: number; readonly notOf: number },
    messageIds: readonly string[],
    since: EpochMs,
  ): StoredToolCall[] =>
    database.all<StoredToolCall>(
      `SELECT ${columns} FROM tool_calls c JOIN turns t ON t.id = c.turn_id
       WHERE c.conversation_id = ?1 AND c.turn_id <> ?3 AND c.state IN ('ok', 'unknown') AND (c.state = 'unknown' AND c.asked_at >= ?4
         OR EXISTS (SELECT 1 FROM json_each(t.message_ids) m WHERE m.value IN (SELECT value FROM json_each(?2))))
       ORDER BY c.turn_id, c.place`,
      chat.conversationId,
      JSON.stringify(messageIds),
      chat.notOf,
      since,
    ),
  /** What a turn carried out, or may have, for whoever asks it again. */
  ofTurn: (turnId: number): StoredToolCall[] =>
    database.all<StoredToolCall>(`SELECT ${columns} FROM tool_calls c WHERE c.turn_id = ? ORDER BY c.place`, turnId),
});
export type ToolCallStore = ReturnType<typeof createToolCallStore>;
