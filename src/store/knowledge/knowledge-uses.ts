import { type FoundPassage, type KnowledgeGap, leastAnswered } from '../../session/knowledge.ts';
import { isQuestion, termsIn } from '../../session/knowledge-words.ts';
import { maskPersons } from '../../session/mask-persons.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { notOfProbe } from '../conversations/probe-chats.ts';
import type { Database } from '../database.ts';

/** Which answers were given which passages, and which questions found none. */

export interface AskedTurn {
  readonly sessionId: string;
  readonly turnId: number;
  readonly question: string;
}

const usedWithin: Milliseconds = 7 * 86_400_000;
/** Questions that are looked at for groups, the newest. */
const mostLookedAt = 2000;
const mostWords = 24;
const longestShown = 300;

interface GapRow {
  readonly at: EpochMs;
  readonly conversationId: number;
  readonly question: string;
  readonly name: string | null;
  readonly phone: string | null;
}

interface Group {
  readonly words: ReadonlySet<string>;
  readonly newest: GapRow;
  readonly chats: Set<number>;
  times: number;
}

/** Of two questions: how many of their words they share. */
const likeness = (one: ReadonlySet<string>, other: ReadonlySet<string>): number => {
  const shared = [...one].filter((word) => other.has(word)).length;
  return shared / Math.max(1, one.size + other.size - shared);
};

const groupsOf = (rows: readonly GapRow[]): readonly Group[] => {
  const groups: Group[] = [];
  for (const row of rows) {
    const words = new Set(termsIn(row.question, mostWords));
    if (words.size === 0) continue;
    const known = groups.find((group) => likeness(group.words, words) > leastAnswered);
    if (known === undefined) groups.push({ words, newest: row, chats: new Set([row.conversationId]), times: 1 });
    else {
      known.chats.add(row.conversationId);
      known.times += 1;
    }
  }
  return groups;
};

export const createKnowledgeUses = (database: Database) => ({
  /** In the transaction that begins the turn. A question that nothing fits is kept as such where it is one. */
  record: (asked: AskedTurn, passages: readonly FoundPassage[], isGap: boolean, now: EpochMs): void => {
    const { sessionId, turnId, question } = asked;
    const add = (file: string, version: number, n: number): void =>
      void database.run(
        'INSERT OR IGNORE INTO knowledge_uses (session_id, turn_id, file, version, n, at) VALUES (?, ?, ?, ?, ?, ?)',
        sessionId,
        turnId,
        file,
        version,
        n,
        now,
      );
    for (const { file, version, n } of passages) add(file, version, n);
    if (isGap && isQuestion(question)) add('', 0, 0);
  },

  /** Answers of the last seven days that were given something of each file, by its name. */
  usedOf: (sessionId: string, now: EpochMs): ReadonlyMap<string, number> =>
    new Map(
      database
        .all<{ file: string; used: number }>(
          `SELECT file, count(DISTINCT turn_id) AS used FROM knowledge_uses
           WHERE session_id = ? AND n > 0 AND at >= ? GROUP BY file`,
          sessionId,
          now - usedWithin,
        )
        .map(({ file, used }) => [file, used]),
    ),

  /** Questions that nothing was found for, those that mean the same as one, the newest first. */
  gaps: (sessionId: string, limit: number): readonly KnowledgeGap[] => {
    const rows = database.all<GapRow>(
      `SELECT u.at, t.conversation_id AS conversationId, t.joined_text AS question, c.name, c.phone
       FROM knowledge_uses u JOIN turns t ON t.id = u.turn_id JOIN conversations c ON c.id = t.conversation_id
       WHERE u.session_id = ? AND u.file = '' AND ${notOfProbe('t.conversation_id')} ORDER BY u.at DESC LIMIT ?`,
      sessionId,
      mostLookedAt,
    );
    return groupsOf(rows)
      .slice(0, limit)
      .map(({ newest, chats, times }) => ({
        question: maskPersons(newest.question.slice(0, longestShown), { names: [newest.name], phone: newest.phone }),
        customers: chats.size,
        times,
        at: newest.at,
      }));
  },
});
export type KnowledgeUses = ReturnType<typeof createKnowledgeUses>;
