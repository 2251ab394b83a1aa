import type { ProposalState, ProposedEdit, RefusedEdit } from '../../session/proposal.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import { microPerUsd } from '../usage-store.ts';

/** Proposals as they are stored, and what they were made of. */

export interface StoredProposal {
  readonly id: number;
  readonly sessionId: string;
  readonly state: ProposalState;
  readonly reason: string | null;
  /** The day on which its night began, in the session's time zone; null: a person asked. */
  readonly night: string | null;
  readonly baseVersion: number | null;
  readonly model: string;
  /** What asking and rehearsing may cost together; null: the day's budgets alone. */
  readonly limitUsd: number | null;
  readonly costUsd: number;
  /** How often the AI was begun to be asked: more than once where a master ended meanwhile. */
  readonly calls: number;
  /** Checked. `lessons` of each: numbers of `lessons`. */
  readonly edits: readonly ProposedEdit[];
  readonly refused: readonly RefusedEdit[];
  /** With all edits; null: there are none yet. */
  readonly instructions: string | null;
  readonly version: number | null;
  readonly actor: string;
  readonly decidedBy: string | null;
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs | null;
}

export interface ProposedFrom {
  readonly number: number;
  readonly lessonId: string;
  readonly turnId: number | null;
}

type Row = Omit<StoredProposal, 'limitUsd' | 'costUsd' | 'edits' | 'refused'> & {
  limitMicro: number | null;
  costMicro: number;
  edits: string;
  refused: string;
};

const columns = `id, session_id AS sessionId, state, reason, night, base_version AS baseVersion, model, limit_micro AS limitMicro,
  cost_micro AS costMicro, calls, edits, refused, instructions, version, actor, decided_by AS decidedBy, started_at AS startedAt, ended_at AS endedAt`;

const fromRow = ({ limitMicro, costMicro, edits, refused, ...rest }: Row): StoredProposal => ({
  ...rest,
  limitUsd: limitMicro === null ? null : limitMicro / microPerUsd,
  costUsd: costMicro / microPerUsd,
  edits: JSON.parse(edits) as ProposedEdit[],
  refused: JSON.parse(refused) as RefusedEdit[],
});

export const createProposalReads = (database: Database) => {
  const get = (id: number): StoredProposal | null => {
    const row = database.get<Row>(`SELECT ${columns} FROM proposals WHERE id = ?`, id);
    return row === undefined ? null : fromRow(row);
  };
  const newestWhere = (sessionId: string, condition: string): StoredProposal | null => {
    const row = database.get<Row>(
      `SELECT ${columns} FROM proposals WHERE session_id = ? AND ${condition} ORDER BY id DESC LIMIT 1`,
      sessionId,
    );
    return row === undefined ? null : fromRow(row);
  };

  return {
    get,
    newest: (sessionId: string): StoredProposal | null => newestWhere(sessionId, 'TRUE'),
    /** Being made, or waiting for a person. */
    open: (sessionId: string): StoredProposal | null =>
      newestWhere(sessionId, "state IN ('asking', 'rehearsing', 'waiting')"),

    /** Of all sessions, as `open`. */
    allOpen: (): StoredProposal[] =>
      database
        .all<Row>(`SELECT ${columns} FROM proposals WHERE state IN ('asking', 'rehearsing', 'waiting') ORDER BY id`)
        .map(fromRow),

    lessonsOf: (id: number): ProposedFrom[] =>
      database.all<ProposedFrom>(
        'SELECT number, lesson_id AS lessonId, turn_id AS turnId FROM proposal_lessons WHERE proposal_id = ? ORDER BY number',
        id,
      ),

    /** Lessons that an answer of the AI was made of: it is not asked about them again, but where that is out of date. */
    usedLessons: (sessionId: string): ReadonlySet<string> =>
      new Set(
        database
          .all<{ id: string }>(
            `SELECT DISTINCT l.lesson_id AS id FROM proposals p JOIN proposal_lessons l ON l.proposal_id = p.id
               WHERE p.session_id = ? AND p.state NOT IN ('failed', 'budget')
                 AND NOT (p.state = 'waiting' AND p.base_version IS NOT (SELECT s.instructions_version FROM sessions s WHERE s.id = p.session_id))`,
            sessionId,
          )
          .map(({ id }) => id),
      ),
  };
};
