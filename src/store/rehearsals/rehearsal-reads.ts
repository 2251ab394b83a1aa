import { formatPhone } from '../../session/phone.ts';
import { plainText } from '../../session/plain-text.ts';
import type {
  AnswerKind,
  RehearsalCase,
  RehearsalChange,
  RehearsalState,
  RehearsalSummary,
  RehearsalVerdict,
  RehearsedAnswer,
} from '../../session/rehearsal.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import { microPerUsd } from '../usage-store.ts';

/** What came of a rehearsal: its sums, and each turn old beside new. */

export interface StoredRehearsal {
  readonly id: number;
  readonly sessionId: string;
  readonly sessionName: string;
  readonly state: RehearsalState;
  readonly reason: string | null;
  readonly change: RehearsalChange;
  readonly baseVersion: number | null;
  readonly judge: string | null;
  readonly judgeVersion: number | null;
  readonly estimateUsd: number;
  readonly costUsd: number;
  /** Dollars that it may cost at most; null: as much as the day's budgets have. */
  readonly limitUsd: number | null;
  /** The proposal that is rehearsed; null: a person began it. */
  readonly proposalId: number | null;
  readonly actor: string;
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs | null;
}

/** What a case file keeps of the answer that was given when the case was made. */
export interface SceneOnScreen {
  readonly name: string;
  readonly ask: string;
  readonly answer?: string | undefined;
}

/** Of a turn's words, for a screen: a document that was read in them may have tens of thousands. */
const longestQuestion = 4000;

interface CaseRow {
  id: number;
  turnId: number | null;
  scene: string | null;
  answer: string | null;
  problem: string | null;
  startedAt: number | null;
  question: string | null;
  rawAnswer: string | null;
  filtered: string | null;
  parts: string | null;
  outcome: string | null;
  reason: string | null;
  model: string | null;
  instructionsVersion: number | null;
  costMicro: number | null;
  aiMs: number | null;
  chatId: string | null;
  name: string | null;
  phone: string | null;
  calls: string | null;
}

const longestCall = 500;

const oldKind = (row: CaseRow, text: string): AnswerKind => {
  if (row.outcome === 'held') return 'person';
  return text === '' ? 'none' : 'words';
};

const caseFromRow = (row: CaseRow): RehearsalCase => {
  const scene = row.scene === null ? null : (JSON.parse(row.scene) as SceneOnScreen);
  const said = row.parts === null ? '' : (JSON.parse(row.parts) as string[]).join('\n\n');
  const given = row.outcome === 'held' ? (row.reason ?? '') : said === '' ? (row.rawAnswer ?? '') : said;
  const text = scene === null ? given : (scene.answer ?? '');
  const answer = row.answer === null ? null : (JSON.parse(row.answer) as RehearsedAnswer);
  const calls = row.calls === null ? [] : (JSON.parse(row.calls) as string[]);

  return {
    id: row.id,
    turnId: row.turnId,
    caseName: scene?.name ?? null,
    who: row.name ?? (row.phone === null ? row.chatId : formatPhone(row.phone)),
    chatId: row.chatId,
    at: row.startedAt,
    question: scene?.ask ?? row.question ?? '',
    old: {
      kind: oldKind(row, text),
      text,
      filtered: row.filtered === null ? [] : row.filtered.split(', '),
      ...(calls.length === 0 ? {} : { calls: calls.map((call) => plainText(call).slice(0, longestCall)) }),
      model: row.model,
      instructionsVersion: row.instructionsVersion,
      costUsd: row.costMicro === null ? null : row.costMicro / microPerUsd,
      tookMs: row.aiMs,
    },
    answer,
    problem: row.problem,
  };
};

interface SumRow {
  total: number;
  asked: number;
  failed: number;
  worse: number;
  better: number;
  same: number;
  unjudged: number;
  otherHistory: number;
  oldCostMicro: number;
}

const countOf = (verdict: RehearsalVerdict): string =>
  `count(*) FILTER (WHERE r.state = 'asked' AND r.answer ->> 'verdict' = '${verdict}') AS ${verdict}`;

export const createRehearsalReads = (database: Database) => ({
  summary: (rehearsal: StoredRehearsal): RehearsalSummary => {
    const sums = database.get<SumRow>(
      `SELECT count(*) AS total, count(*) FILTER (WHERE r.state = 'asked') AS asked, count(*) FILTER (WHERE r.state = 'failed') AS failed,
         ${countOf('worse')}, ${countOf('better')}, ${countOf('same')}, ${countOf('unjudged')},
         count(*) FILTER (WHERE r.state = 'asked' AND r.answer ->> 'isSameHistory' = 0) AS otherHistory,
         coalesce(sum(t.cost_micro) FILTER (WHERE r.state = 'asked'), 0) AS oldCostMicro
       FROM rehearsal_turns r LEFT JOIN turns t ON t.id = r.turn_id WHERE r.rehearsal_id = ?`,
      rehearsal.id,
    );
    const { total = 0, asked = 0, failed = 0, otherHistory = 0, oldCostMicro = 0 } = sums ?? {};
    const { worse = 0, better = 0, same = 0, unjudged = 0 } = sums ?? {};
    const { sessionId: _, actor: __, limitUsd: ___, proposalId: ____, ...rest } = rehearsal;
    return {
      ...rest,
      total,
      asked,
      failed,
      counts: { worse, unjudged, better, same },
      otherHistory,
      oldCostUsd: oldCostMicro / microPerUsd,
    };
  },

  cases: (id: number): RehearsalCase[] =>
    database
      .all<CaseRow>(
        `SELECT r.id, r.turn_id AS turnId, r.scene, r.answer, r.problem, t.started_at AS startedAt, substr(t.joined_text, 1, ?2) AS question,
           t.raw_answer AS rawAnswer, t.filtered, t.parts, t.outcome, t.reason, t.model, t.instructions_version AS instructionsVersion,
           t.cost_micro AS costMicro, t.timing ->> 'aiMs' AS aiMs, c.chat_id AS chatId, c.name, c.phone,
           (SELECT json_group_array(k.tool || '(' || k.arguments || ')' ORDER BY k.place) FROM tool_calls k
            WHERE k.turn_id = r.turn_id AND k.state IN ('ok', 'failed', 'unknown')) AS calls
         FROM rehearsal_turns r LEFT JOIN turns t ON t.id = r.turn_id LEFT JOIN conversations c ON c.id = t.conversation_id
         WHERE r.rehearsal_id = ?1 ORDER BY r.id`,
        id,
        longestQuestion,
      )
      .map(caseFromRow),
});
