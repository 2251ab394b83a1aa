import type { EpochMs } from '../../session/units.ts';
import { notOfProbe } from '../conversations/probe-chats.ts';
import type { Database } from '../database.ts';
import type { createMessageQueries } from '../messages/message-queries.ts';
import type { StoredMessage } from '../messages/message-rows.ts';

/** Turns as they were recorded, with what the AI was given then as far as it is still stored. */

export interface RecordedTurn {
  readonly turnId: number;
  readonly conversationId: number;
  readonly customerName: string | null;
  readonly startedAt: EpochMs;
  /** When the first of its messages was written. */
  readonly turnAt: EpochMs;
  readonly question: string;
  readonly rawAnswer: string;
  readonly outcome: string;
  readonly model: string;
  readonly instructionsVersion: number | null;
  /** What the AI was given of the chat, oldest first. */
  readonly history: readonly StoredMessage[];
  /** The running summary that it was asked with; where that is not kept the chat's of now, which may be another one. */
  readonly summary: string | null;
  readonly isSummaryOfThen: boolean;
  readonly historyHash: string;
  /** Tools that were called for it, in order; left out: none. */
  readonly calls?: { readonly tool: string; readonly arguments: string; readonly answer: string | null }[];
}

export interface RecordedCost {
  readonly turnId: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly instructionsVersion: number | null;
}

export interface ChosenTurns {
  readonly turns: readonly RecordedCost[];
  readonly chats: number;
  readonly leftOut: number;
}

export interface TurnChoice {
  readonly since: EpochMs;
  readonly chats: number;
  readonly turns: number;
  /** Turns that come before all others. */
  readonly first?: readonly number[];
}

/** What is looked at to choose from. */
const mostLookedAt = 20_000;
/** As many messages as a turn looks back over. */
const historyDepth = 400;

/** Turns whose answer came from the AI: sent, drafted, or a call for a person. A fixed answer cost no call. */
const fromAi = `t.raw_answer IS NOT NULL AND t.attempts > 0 AND t.finished_at IS NOT NULL AND t.joined_text <> ''
  AND (t.outcome IN ('answered', 'drafted') OR (t.outcome = 'held' AND t.reason_code = 'handed-over'))`;

interface Candidate extends RecordedCost {
  readonly conversationId: number;
}

/** Of the chats that wrote last, in rounds: the newest turn of each, then the one before. */
const chooseInRounds = (candidates: readonly Candidate[], choice: TurnChoice): ChosenTurns => {
  const byChat = Map.groupBy(candidates, ({ conversationId }) => conversationId);
  const chats = [...byChat.values()].slice(0, choice.chats);
  const rounds = Math.max(0, ...chats.map((turns) => turns.length));

  const first = new Set(choice.first);
  const inRounds = Array.from({ length: rounds }, (_, round) => chats.flatMap((turns) => turns[round] ?? [])).flat();
  const all = [
    ...candidates.filter(({ turnId }) => first.has(turnId)),
    ...inRounds.filter(({ turnId }) => !first.has(turnId)),
  ];
  const turns = all.slice(0, choice.turns);
  return {
    turns: turns.map(({ conversationId: _, ...cost }) => cost),
    chats: new Set(turns.map(({ conversationId }) => conversationId)).size,
    leftOut: all.length - turns.length,
  };
};

export const createRecordedTurns = (
  database: Database,
  messages: Pick<ReturnType<typeof createMessageQueries>, 'history'>,
) => ({
  choose: (sessionId: string, choice: TurnChoice): ChosenTurns =>
    chooseInRounds(
      database.all<Candidate>(
        `SELECT t.id AS turnId, t.conversation_id AS conversationId, t.input_tokens AS inputTokens, t.output_tokens AS outputTokens,
           t.instructions_version AS instructionsVersion
         FROM turns t WHERE t.session_id = ? AND t.started_at >= ? AND ${fromAi} AND ${notOfProbe('t.conversation_id')}
         ORDER BY t.started_at DESC, t.id DESC LIMIT ?`,
        sessionId,
        choice.since,
        mostLookedAt,
      ),
      choice,
    ),

  /** What the customer was sent of a turn's answer; null: nothing. */
  sentAnswer: (turnId: number): string | null => {
    const parts = database.get<{ parts: string }>('SELECT parts FROM turns WHERE id = ?', turnId)?.parts ?? '[]';
    const text = (JSON.parse(parts) as string[]).join('\n\n');
    return text === '' ? null : text;
  },

  /** Null: it is gone, or was never answered by the AI. */
  recorded: (sessionId: string, turnId: number): RecordedTurn | null => {
    const row = database.get<
      Omit<RecordedTurn, 'history' | 'turnAt' | 'isSummaryOfThen'> & {
        isSummaryOfThen: 0 | 1;
        messageIds: string;
        historyFrom: number | null;
        historyTo: number | null;
        turnAt: number | null;
      }
    >(
      `SELECT t.id AS turnId, t.conversation_id AS conversationId, c.name AS customerName, t.started_at AS startedAt, t.joined_text AS question,
         t.raw_answer AS rawAnswer, t.outcome, t.model, t.instructions_version AS instructionsVersion, 
         coalesce(s.text, c.context_summary) AS summary, s.text IS NOT NULL AS isSummaryOfThen,
         t.history_hash AS historyHash, t.history_from AS historyFrom, t.history_to AS historyTo, t.message_ids AS messageIds,
         (SELECT min(m.at) FROM messages m WHERE m.turn_id = t.id AND m.sender = 'customer') AS turnAt
       FROM turns t JOIN conversations c ON c.id = t.conversation_id LEFT JOIN summaries s ON s.hash = t.summary_hash
       WHERE t.id = ? AND t.session_id = ? AND ${fromAi}`,
      turnId,
      sessionId,
    );
    if (row === undefined) return null;

    const { messageIds, historyFrom, historyTo, turnAt, isSummaryOfThen, ...rest } = row;
    const own = new Set(JSON.parse(messageIds) as string[]);
    const history =
      historyFrom === null || historyTo === null
        ? []
        : messages
            .history(row.conversationId, historyFrom - 1, historyTo + 1, historyDepth)
            .filter(({ waId }) => !own.has(waId));
    const calls = database.all<NonNullable<RecordedTurn['calls']>[number]>(
      `SELECT tool, arguments, iif(state = 'ok', answer, NULL) AS answer FROM tool_calls
       WHERE turn_id = ? AND state IN ('ok', 'failed', 'unknown') ORDER BY place`,
      turnId,
    );
    return {
      ...rest,
      isSummaryOfThen: isSummaryOfThen === 1,
      history,
      turnAt: turnAt ?? row.startedAt,
      ...(calls.length === 0 ? {} : { calls }),
    };
  },
});
export type RecordedTurns = ReturnType<typeof createRecordedTurns>;
