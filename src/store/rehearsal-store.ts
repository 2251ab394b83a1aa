import type { RehearsalChange, RehearsalState, RehearsedAnswer } from '../session/rehearsal.ts';
import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';
import { createMessageQueries } from './messages/message-queries.ts';
import { createRecordedTurns } from './rehearsals/recorded-turns.ts';
import { createRehearsalReads, type StoredRehearsal } from './rehearsals/rehearsal-reads.ts';
import { microPerUsd } from './usage-store.ts';

export type { StoredRehearsal } from './rehearsals/rehearsal-reads.ts';

/** Rehearsals and what came of each of their turns. Local: no replica gets any of it. */

export interface NewRehearsal {
  readonly sessionId: string;
  readonly sessionName: string;
  readonly change: RehearsalChange;
  readonly baseVersion: number | null;
  readonly judge: string | null;
  readonly judgeVersion: number | null;
  readonly estimateUsd: number;
  readonly actor: string;
  /** The proposal that is rehearsed; left out: a person's rehearsal. */
  readonly proposalId?: number;
  /** Dollars that it may cost beside the day's budgets; left out: as much as they have. */
  readonly limitUsd?: number | null;
  readonly turnIds: readonly number[];
  /** Cases of the file, each as JSON, with the chat that it was made of. */
  readonly scenes: readonly { readonly scene: string; readonly conversationId: number | null }[];
}

/** One that is to be asked. */
export interface WaitingTurn {
  readonly id: number;
  readonly turnId: number | null;
  /** JSON of a case of the file; null: a recorded turn. */
  readonly scene: string | null;
}

type Row = Omit<StoredRehearsal, 'change' | 'estimateUsd' | 'costUsd' | 'limitUsd'> & {
  instructions: string | null;
  model: string | null;
  settings: string;
  estimateMicro: number;
  costMicro: number;
  limitMicro: number | null;
};

const columns = `id, session_id AS sessionId, session_name AS sessionName, state, reason, instructions, model, settings,
  base_version AS baseVersion, judge, judge_version AS judgeVersion, estimate_micro AS estimateMicro, cost_micro AS costMicro, limit_micro AS limitMicro,
  proposal_id AS proposalId, actor, started_at AS startedAt, ended_at AS endedAt`;

const fromRow = ({
  instructions,
  model,
  settings,
  estimateMicro,
  costMicro,
  limitMicro,
  ...rest
}: Row): StoredRehearsal => ({
  ...rest,
  change: { instructions, model, settings: JSON.parse(settings) },
  estimateUsd: estimateMicro / microPerUsd,
  costUsd: costMicro / microPerUsd,
  limitUsd: limitMicro === null ? null : limitMicro / microPerUsd,
});

export const createRehearsalStore = (database: Database) => {
  const get = (id: number): StoredRehearsal | null => {
    const row = database.get<Row>(`SELECT ${columns} FROM rehearsals WHERE id = ?`, id);
    return row === undefined ? null : fromRow(row);
  };

  return {
    ...createRecordedTurns(database, createMessageQueries(database)),
    ...createRehearsalReads(database),
    get,

    add: (rehearsal: NewRehearsal, now: EpochMs): number =>
      database.transaction(() => {
        const { change } = rehearsal;
        const id = database.run(
          `INSERT INTO rehearsals (session_id, session_name, base_version, instructions, model, settings, judge, judge_version, estimate_micro,
             actor, proposal_id, limit_micro, started_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)`,
          rehearsal.sessionId,
          rehearsal.sessionName,
          rehearsal.baseVersion,
          change.instructions,
          change.model,
          JSON.stringify(change.settings),
          rehearsal.judge,
          rehearsal.judgeVersion,
          Math.round(rehearsal.estimateUsd * microPerUsd),
          rehearsal.actor,
          rehearsal.proposalId ?? null,
          rehearsal.limitUsd == null ? null : Math.round(rehearsal.limitUsd * microPerUsd),
          now,
        ).lastInsertRowid;
        for (const { scene, conversationId } of rehearsal.scenes)
          database.run(
            'INSERT INTO rehearsal_turns (rehearsal_id, conversation_id, scene) VALUES (?,?,?)',
            id,
            conversationId,
            scene,
          );
        for (const turnId of rehearsal.turnIds)
          database.run('INSERT INTO rehearsal_turns (rehearsal_id, turn_id) VALUES (?,?)', id, turnId);
        return id;
      }),

    /** Of those that a person began. */
    newest: (sessionId: string): StoredRehearsal | null => {
      const row = database.get<Row>(
        `SELECT ${columns} FROM rehearsals WHERE session_id = ? AND proposal_id IS NULL ORDER BY id DESC LIMIT 1`,
        sessionId,
      );
      return row === undefined ? null : fromRow(row);
    },
    ofProposal: (proposalId: number): StoredRehearsal | null => {
      const row = database.get<Row>(
        `SELECT ${columns} FROM rehearsals WHERE proposal_id = ? ORDER BY id DESC LIMIT 1`,
        proposalId,
      );
      return row === undefined ? null : fromRow(row);
    },

    /** The next ones to be asked, in order, after `after`. */
    waiting: (id: number, after: number): WaitingTurn | null =>
      database.get<WaitingTurn>(
        `SELECT id, turn_id AS turnId, scene FROM rehearsal_turns WHERE rehearsal_id = ? AND state = 'waiting' AND id > ? ORDER BY id LIMIT 1`,
        id,
        after,
      ) ?? null,

    /** What came back, and what it cost. Its row may be gone with its customer meanwhile: then only the cost is kept. */
    answered: (rehearsalId: number, rowId: number, answer: RehearsedAnswer): void => {
      database.run(
        "UPDATE rehearsal_turns SET state = 'asked', answer = ?, problem = NULL WHERE id = ? AND rehearsal_id = ?",
        JSON.stringify(answer),
        rowId,
        rehearsalId,
      );
    },
    spent: (rehearsalId: number, costUsd: number): void => {
      database.run(
        'UPDATE rehearsals SET cost_micro = cost_micro + ? WHERE id = ?',
        Math.round(costUsd * microPerUsd),
        rehearsalId,
      );
    },
    failed: (rehearsalId: number, rowId: number, problem: string): void => {
      database.run(
        "UPDATE rehearsal_turns SET state = 'failed', problem = ? WHERE id = ? AND rehearsal_id = ?",
        problem,
        rowId,
        rehearsalId,
      );
    },

    end: (id: number, state: Exclude<RehearsalState, 'running'>, reason: string | null, now: EpochMs): void => {
      database.run('UPDATE rehearsals SET state = ?, reason = ?, ended_at = ? WHERE id = ?', state, reason, now, id);
    },
    /** A person wants it to its end: only the day's budgets hold it. */
    unlimit: (id: number): void => {
      database.run('UPDATE rehearsals SET limit_micro = NULL WHERE id = ?', id);
    },
    /** It goes on: what failed is asked again. */
    resume: (id: number): void =>
      database.transaction(() => {
        database.run("UPDATE rehearsals SET state = 'running', reason = NULL, ended_at = NULL WHERE id = ?", id);
        database.run(
          "UPDATE rehearsal_turns SET state = 'waiting', problem = NULL WHERE rehearsal_id = ? AND state = 'failed'",
          id,
        );
      }),
  };
};
export type RehearsalStore = ReturnType<typeof createRehearsalStore>;
