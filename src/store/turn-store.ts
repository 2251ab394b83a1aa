import { createHash } from 'node:crypto';
import type { CanaryArm } from '../session/canary.ts';
import type { TurnStep } from '../session/turn-step.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import type { Database } from './database.ts';
import { createHookNotes } from './hooks/hook-notes.ts';

/** `running` until it ends; `superseded`: newer messages came before anything was sent; `interrupted`: the process died under it. */
export type TurnOutcome =
  | 'running'
  | 'sending'
  | 'answered'
  | 'drafted'
  | 'held'
  | 'unanswered'
  | 'unknown'
  | 'superseded'
  | 'interrupted';

export interface NewTurn {
  readonly sessionId: string;
  readonly conversationId: number;
  readonly messageIds: readonly string[];
  readonly joinedText: string;
  readonly instructionsVersion: number | null;
  readonly provider: string;
  readonly model: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly history: {
    readonly from: number | null;
    readonly to: number | null;
    readonly count: number;
    readonly hash: string;
    /** The running summary before it; null: there was none. */
    readonly summary?: string | null;
  };
  readonly steps: readonly TurnStep[];
  /** Which side of a canary it is on; null: there is none, or it is in none. */
  readonly canary?: { readonly id: string; readonly arm: CanaryArm } | null;
}

export interface TurnUpdate {
  readonly outcome?: TurnOutcome;
  readonly finishedAt?: EpochMs;
  readonly reasonCode?: string | null;
  readonly reason?: string | null;
  readonly joinedText?: string;
  readonly model?: string;
  readonly rawAnswer?: string;
  readonly filtered?: string | null;
  readonly parts?: readonly string[];
  readonly attempts?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly costMicroUsd?: number;
  readonly timing?: Readonly<Record<string, Milliseconds>>;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export interface OpenTurn {
  readonly id: number;
  readonly conversationId: number;
  readonly outcome: TurnOutcome;
  readonly startedAt: EpochMs;
  /** Why it ended as it did, or what it waits for. */
  readonly reasonCode: string | null;
}

const columnOf: Readonly<Record<keyof TurnUpdate, string>> = {
  outcome: 'outcome',
  finishedAt: 'finished_at',
  reasonCode: 'reason_code',
  reason: 'reason',
  joinedText: 'joined_text',
  model: 'model',
  rawAnswer: 'raw_answer',
  filtered: 'filtered',
  parts: 'parts',
  attempts: 'attempts',
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  costMicroUsd: 'cost_micro',
  timing: 'timing',
  parameters: 'parameters',
};

/** Each text once: a chat's summary is the same over many turns. Null: there is none. */
const keepSummary = (database: Database, text: string | null): string | null => {
  if (text === null) return null;
  const hash = createHash('sha256').update(text).digest('hex');
  database.run('INSERT OR IGNORE INTO summaries (hash, text) VALUES (?, ?)', hash, text);
  return hash;
};

/** Once, however often it is said. */
const noteAnswered = (database: Database, id: number, now: EpochMs): void => {
  const turn = database.get<{ sessionId: string; conversationId: number }>(
    "SELECT session_id AS sessionId, conversation_id AS conversationId FROM turns WHERE id = ? AND outcome <> 'answered'",
    id,
  );
  if (turn !== undefined) createHookNotes(database)({ ...turn, type: 'message.answered', at: now, subject: id });
};

export const createTurnStore = (database: Database) => ({
  begin: (turn: NewTurn, now: EpochMs): number =>
    database.transaction(
      () =>
        database.run(
          `INSERT INTO turns (session_id, conversation_id, started_at, outcome, message_ids, joined_text, instructions_version, provider, model,
         parameters, history_from, history_to, history_count, history_hash, steps, updated_at, canary_id, canary_arm, summary_hash)
       VALUES (?,?,?,'running',?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
          turn.sessionId,
          turn.conversationId,
          now,
          JSON.stringify(turn.messageIds),
          turn.joinedText,
          turn.instructionsVersion,
          turn.provider,
          turn.model,
          JSON.stringify(turn.parameters),
          turn.history.from,
          turn.history.to,
          turn.history.count,
          turn.history.hash,
          JSON.stringify(turn.steps),
          now,
          turn.canary?.id ?? null,
          turn.canary?.arm ?? null,
          keepSummary(database, turn.history.summary ?? null),
        ).lastInsertRowid,
    ),

  update: (id: number, changes: TurnUpdate, now: EpochMs): void => {
    const names = (Object.keys(changes) as (keyof TurnUpdate)[]).filter((name) => changes[name] !== undefined);
    if (names.length === 0) return;
    const values = names.map((name) => {
      const value = changes[name];
      return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value ?? null);
    });
    const write = (): void => {
      database.run(
        `UPDATE turns SET ${names.map((name) => `${columnOf[name]} = ?`).join(', ')}, updated_at = ? WHERE id = ?`,
        ...values,
        now,
        id,
      );
    };
    if (changes.outcome !== 'answered') write();
    else
      database.transaction(() => {
        noteAnswered(database, id, now);
        write();
      });
  },
  addSteps: (id: number, steps: readonly TurnStep[], now: EpochMs): void => {
    for (const step of steps)
      database.run(
        `UPDATE turns SET steps = json_insert(steps, '$[#]', json(?)), updated_at = ? WHERE id = ?`,
        JSON.stringify(step),
        now,
        id,
      );
  },
  /**
   * One of a turn's messages was deleted for everybody: what was read in media, and what tools were called with and answered, is taken out of
   * its steps. Their calls lose theirs by a trigger, as far as they have ended.
   */
  forgetWords: (id: number, now: EpochMs): void => {
    database.run(
      `UPDATE turns SET updated_at = ?, steps = (SELECT json_group_array(json(CASE json_extract(value, '$.step')
           WHEN 'media-described' THEN json_set(value, '$.values.text', '')
           WHEN 'tool-asked' THEN json_set(value, '$.values.arguments', '…')
           WHEN 'tool-ok' THEN json_set(value, '$.values.answer', '…')
           WHEN 'tool-failed' THEN json_set(value, '$.values.reason', '…')
           WHEN 'tool-unknown' THEN json_set(value, '$.values.reason', '…')
           ELSE value END)) FROM json_each(turns.steps))
       WHERE id = ? AND (instr(steps, 'media-described') > 0 OR instr(steps, '"tool-') > 0)`,
      now,
      id,
    );
  },
  /** A call ended after one of its turn's messages was deleted: nothing is kept but that it was made. `forgetWords` does the steps. */
  forgetCalls: (id: number): void => {
    database.run(
      "UPDATE tool_calls SET arguments = '{}', answer = NULL, reason = code WHERE turn_id = ? AND ended_at IS NOT NULL",
      id,
    );
  },
  messageIds: (id: number): readonly string[] =>
    JSON.parse(
      database.get<{ ids: string }>('SELECT message_ids AS ids FROM turns WHERE id = ?', id)?.ids ?? '[]',
    ) as string[],
  /** Turns that the last process left open. */
  open: (sessionId: string): OpenTurn[] =>
    database.all<OpenTurn>(
      `SELECT id, conversation_id AS conversationId, outcome, started_at AS startedAt, reason_code AS reasonCode FROM turns
       WHERE session_id = ? AND finished_at IS NULL ORDER BY id`,
      sessionId,
    ),
  get: (id: number): OpenTurn | null =>
    database.get<OpenTurn>(
      'SELECT id, conversation_id AS conversationId, outcome, started_at AS startedAt, reason_code AS reasonCode FROM turns WHERE id = ?',
      id,
    ) ?? null,
  /** Turns in which a message took part, those that ended without it among them, with WhatsApp's ids of all of theirs. */
  ofMessage: (conversationId: number, waId: string): { id: number; messageIds: readonly string[] }[] =>
    database
      .all<{ id: number; messageIds: string }>(
        `SELECT id, message_ids AS messageIds FROM turns
         WHERE conversation_id = ? AND EXISTS (SELECT 1 FROM json_each(message_ids) WHERE value = ?)`,
        conversationId,
        waId,
      )
      .map((row) => ({ id: row.id, messageIds: JSON.parse(row.messageIds) as string[] })),
  /** Starts and ends of the last answered turns of a chat, newest first. */
  recent: (conversationId: number, limit: number): { startedAt: EpochMs; finishedAt: EpochMs | null }[] =>
    database.all(
      `SELECT started_at AS startedAt, finished_at AS finishedAt FROM turns WHERE conversation_id = ? AND outcome = 'answered'
       ORDER BY id DESC LIMIT ?`,
      conversationId,
      limit,
    ),
});
export type TurnStore = ReturnType<typeof createTurnStore>;
