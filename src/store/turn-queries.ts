import { formatPhone } from '../session/phone.ts';
import type { TurnRecord } from '../session/records.ts';
import type { TurnStep } from '../session/turn-step.ts';
import { turnWords } from '../words/turn-words.ts';
import { notOfProbe } from './conversations/probe-chats.ts';
import type { Database } from './database.ts';
import { microPerUsd } from './usage-store.ts';

interface Row {
  turnId: number;
  sessionName: string;
  chatId: string;
  name: string | null;
  phone: string | null;
  startedAt: number;
  finishedAt: number | null;
  outcome: string;
  reasonCode: string | null;
  reason: string | null;
  messageIds: string;
  joinedText: string;
  instructionsVersion: number | null;
  provider: string;
  model: string;
  parameters: string;
  historyMessages: number;
  historyHash: string;
  rawAnswer: string | null;
  filtered: string | null;
  parts: string;
  inputTokens: number;
  outputTokens: number;
  costMicro: number;
  timing: string;
  steps: string;
}

const columns = `t.id AS turnId, c.session_name AS sessionName, c.chat_id AS chatId, c.name, c.phone, t.started_at AS startedAt, t.finished_at AS finishedAt,
  t.outcome, t.reason_code AS reasonCode, t.reason, t.message_ids AS messageIds, t.joined_text AS joinedText, t.instructions_version AS instructionsVersion, t.provider, t.model,
  t.parameters, t.history_count AS historyMessages, t.history_hash AS historyHash, t.raw_answer AS rawAnswer, t.filtered, t.parts,
  t.input_tokens AS inputTokens, t.output_tokens AS outputTokens, t.cost_micro AS costMicro, t.timing, t.steps`;
const from = 'FROM turns t JOIN conversations c ON c.id = t.conversation_id';

const fromRow = (row: Row): TurnRecord => {
  const { costMicro, name, phone, ...rest } = row;
  const who = name ?? (phone === null ? row.chatId : formatPhone(phone));
  const steps = JSON.parse(row.steps) as TurnStep[];
  return {
    ...rest,
    // JSON columns are written by turn-store.ts alone.
    messageIds: JSON.parse(row.messageIds),
    parameters: JSON.parse(row.parameters),
    parts: JSON.parse(row.parts),
    timing: JSON.parse(row.timing),
    costUsd: costMicro / microPerUsd,
    who,
    steps,
    words: turnWords({
      who,
      outcome: row.outcome,
      reason: row.reason,
      costUsd: costMicro / microPerUsd,
      steps,
    }),
  };
};

export const createTurnQueries = (database: Database) => ({
  /** The last turns of a session or of one of its chats, newest first, each also in words. */
  turns: (options: { readonly sessionId: string; readonly chatId?: string; readonly limit: number }): TurnRecord[] => {
    if (options.chatId === undefined)
      return database
        .all<Row>(
          `SELECT ${columns} ${from} WHERE t.session_id = ? AND ${notOfProbe('t.conversation_id')} ORDER BY t.started_at DESC, t.id DESC LIMIT ?`,
          options.sessionId,
          options.limit,
        )
        .map(fromRow);
    return database
      .all<Row>(
        `SELECT ${columns} ${from} WHERE t.conversation_id = (SELECT id FROM conversations WHERE session_id = ? AND chat_id = ?)
         ORDER BY t.id DESC LIMIT ?`,
        options.sessionId,
        options.chatId,
        options.limit,
      )
      .map(fromRow);
  },
});
export type TurnQueries = ReturnType<typeof createTurnQueries>;
