import { lessonId } from '../../session/lesson.ts';
import { messageKey } from '../../session/message-key.ts';
import type { EpochMs } from '../../session/units.ts';
import { notOfProbe } from '../conversations/probe-chats.ts';
import type { Database } from '../database.ts';
import { beforeEdit } from './before-edit.ts';
import type { FoundLesson } from './found-lesson.ts';

/** Drafts that a person changed or did not let out. One that went out as it was is no lesson. */

interface DraftRow {
  readonly turnId: number;
  readonly conversationId: number;
  readonly at: EpochMs;
  readonly question: string;
  readonly messageIds: string;
  readonly instructionsVersion: number | null;
  readonly reasonCode: string | null;
  /** What the bot had written, while it is as it was written. */
  readonly parts: string | null;
  /** What it had written, when a person changed it; null: nobody did. */
  readonly was: string | null;
  /** What became of it: its parts in order, once a person had let it out. */
  readonly out: string | null;
}

/** Blanks, signs and case are the splitter's and the phone's, not the person's. */
const wordsOf = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const lessonOf = (row: DraftRow): FoundLesson | null => {
  const messageIds = JSON.parse(row.messageIds) as string[];
  const [firstId] = messageIds;
  const isDropped = row.reasonCode === 'draft-dropped';
  const written = row.was ?? (isDropped ? row.parts : null);
  if (firstId === undefined || written === null) return null;
  if (!isDropped && (row.out === null || wordsOf(row.out) === wordsOf(written))) return null;

  return {
    conversationId: row.conversationId,
    messageKey: messageKey(firstId),
    sources: messageIds.map(messageKey),
    turnId: row.turnId,
    lesson: {
      id: lessonId(isDropped ? 'dropped' : 'edited', firstId),
      kind: isDropped ? 'dropped' : 'edited',
      at: row.at,
      question: row.question,
      bot: written,
      botSent: false,
      owner: isDropped ? null : row.out,
      instructionsVersion: row.instructionsVersion,
    },
  };
};

/** So many that went out as they were may stand between two that did not. */
const pageRows = 200;

export const createDraftLessons = (database: Database) => {
  const page = (sessionId: string, until: EpochMs, skip: number): readonly DraftRow[] =>
    database.all<DraftRow>(
      `SELECT t.id AS turnId, t.conversation_id AS conversationId, decided.at, t.joined_text AS question, t.message_ids AS messageIds,
         t.instructions_version AS instructionsVersion, t.reason_code AS reasonCode,
         (SELECT group_concat(value, char(10)) FROM json_each(t.parts)) AS parts,
         ${beforeEdit('t.steps')} AS was,
         (SELECT group_concat(text, char(10)) FROM (SELECT o.text FROM outbox o WHERE o.turn_id = t.id AND o.source = 'reply' AND o.actor <> 'bot'
            AND o.status NOT IN ('draft', 'dropped') ORDER BY o.batch, o.part)) AS out
       FROM (SELECT turn_id, min(created_at) AS at FROM outbox INDEXED BY outbox_decided
           WHERE session_id = ?1 AND created_at <= ?2 AND source = 'reply' AND (actor <> 'bot' OR status = 'dropped') AND turn_id IS NOT NULL
           GROUP BY turn_id ORDER BY at DESC, turn_id DESC LIMIT ${pageRows} OFFSET ?3) decided
         JOIN turns t ON t.id = decided.turn_id
       WHERE ${notOfProbe('t.conversation_id')} ORDER BY decided.at DESC, t.id DESC`,
      sessionId,
      until,
      skip,
    );

  /** Newest first, written until that time. */
  return (sessionId: string, until: EpochMs, limit: number): readonly FoundLesson[] => {
    const found: FoundLesson[] = [];
    for (let skip = 0; found.length < limit; skip += pageRows) {
      const rows = page(sessionId, until, skip);
      found.push(...rows.map(lessonOf).filter((one) => one !== null));
      if (rows.length === 0) break;
    }
    return found.slice(0, limit);
  };
};
