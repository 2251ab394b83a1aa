import { lessonId } from '../../session/lesson.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { notOfProbe } from '../conversations/probe-chats.ts';
import type { Database } from '../database.ts';
import { beforeEdit } from './before-edit.ts';
import type { FoundLesson } from './found-lesson.ts';

/** What the owner typed on the phone, with what the customer had asked and what the bot had said to it. */

interface SaidRow {
  readonly seq: number;
  readonly at: EpochMs;
  readonly storedAt: EpochMs;
  readonly sender: 'customer' | 'bot' | 'owner';
  readonly text: string;
  readonly waId: string;
  readonly messageKey: string;
  readonly turnId: number | null;
}
interface TypedRow extends SaidRow {
  readonly conversationId: number;
}

/** Later it is about something else. */
const together: Milliseconds = 12 * 3_600_000;
/** So much of what was said before is looked at. */
const contextRows = 40;
/** The owner's lines that are read at once: several that were typed one after the other are one lesson. */
const pageRows = 200;
/** Whoever types to thousands whom nobody asked does not keep the master busy for it. */
const mostPages = 20;

const saidColumns = `seq, at, stored_at AS storedAt, sender, wa_id AS waId, message_key AS messageKey, turn_id AS turnId,
  CASE WHEN text <> '' AND media_text IS NOT NULL THEN text || ' — ' || media_text
    ELSE coalesce(nullif(text, ''), media_text, '[' || kind || ']') END AS text`;

/** What an automatic greeting, a campaign or a command of the owner's left in a chat stands between nobody's words. */
const isSaid = `deleted_at IS NULL AND (sender <> 'owner' OR outcome_code = 'typed')`;

const textOf = (rows: readonly SaidRow[]): string => rows.map(({ text }) => text).join('\n');

/** From the newest of them on backwards: the rows at the beginning of which each has that sender. */
const leading = (rows: readonly SaidRow[], sender: SaidRow['sender']): readonly SaidRow[] => {
  const end = rows.findIndex((row) => row.sender !== sender);
  return end === -1 ? rows : rows.slice(0, end);
};

interface Exchange {
  readonly typed: readonly SaidRow[];
  readonly bot: readonly SaidRow[];
  readonly question: readonly SaidRow[];
}

/** Rows newest first, the newest the owner's; null: nobody had asked, or too long before. */
const exchangeIn = (rows: readonly SaidRow[]): Exchange | null => {
  const typed = leading(rows, 'owner');
  const bot = leading(rows.slice(typed.length), 'bot');
  const question = leading(rows.slice(typed.length + bot.length), 'customer');
  const [asked, first] = [question[0], typed.at(-1)];
  if (asked === undefined || first === undefined || first.at - asked.at > together) return null;
  return { typed: typed.toReversed(), bot: bot.toReversed(), question: question.toReversed() };
};

interface AnswerRow {
  readonly instructionsVersion: number | null;
  readonly text: string | null;
}

export const createTakeoverLessons = (database: Database) => {
  /** What a turn had made of the question that never went out, and by which instructions. */
  const answerOf = (turnId: number | null): AnswerRow | null =>
    turnId === null
      ? null
      : (database.get<AnswerRow>(
          `SELECT instructions_version AS instructionsVersion,
             coalesce(${beforeEdit('steps')}, (SELECT group_concat(value, char(10)) FROM json_each(parts)), nullif(raw_answer, '')) AS text FROM turns WHERE id = ?`,
          turnId,
        ) ?? null);

  const before = (row: TypedRow): readonly SaidRow[] =>
    database.all<SaidRow>(
      `SELECT ${saidColumns} FROM messages WHERE conversation_id = ? AND (at, seq) <= (?, ?) AND ${isSaid}
         ORDER BY at DESC, seq DESC LIMIT ${contextRows}`,
      row.conversationId,
      row.at,
      row.seq,
    );

  /** The owner went on: the lesson is found by his last line. */
  const goesOn = ({ conversationId, at, seq }: TypedRow): boolean =>
    database.get<{ sender: string }>(
      `SELECT sender FROM messages WHERE conversation_id = ? AND (at, seq) > (?, ?) AND ${isSaid} ORDER BY at, seq LIMIT 1`,
      conversationId,
      at,
      seq,
    )?.sender === 'owner';

  const lessonOf = ({ typed, bot, question }: Exchange, newest: TypedRow): FoundLesson | null => {
    const [first] = typed;
    if (first === undefined) return null;
    const turnId = bot.at(-1)?.turnId ?? question.at(-1)?.turnId ?? null;
    const answer = answerOf(turnId);
    return {
      conversationId: newest.conversationId,
      messageKey: first.messageKey,
      sources: [...question, ...bot, ...typed].map(({ messageKey }) => messageKey),
      turnId,
      lesson: {
        id: lessonId('takeover', first.waId),
        kind: 'takeover',
        at: newest.storedAt,
        question: textOf(question),
        bot: bot.length > 0 ? textOf(bot) : (answer?.text ?? null),
        botSent: bot.length > 0,
        owner: textOf(typed),
        instructionsVersion: answer?.instructionsVersion ?? null,
      },
    };
  };

  /** The owner's lines, newest first, stored before that place. */
  const typedBefore = (sessionId: string, place: Pick<SaidRow, 'storedAt' | 'seq'>): readonly TypedRow[] =>
    database.all<TypedRow>(
      `SELECT ${saidColumns}, conversation_id AS conversationId FROM messages
         WHERE session_id = ? AND sender = 'owner' AND (stored_at, seq) < (?, ?) AND outcome_code = 'typed' AND deleted_at IS NULL
           AND ${notOfProbe('conversation_id')}
         ORDER BY stored_at DESC, seq DESC LIMIT ${pageRows}`,
      sessionId,
      place.storedAt,
      place.seq,
    );

  /** Newest first, stored until that time. */
  return (sessionId: string, until: EpochMs, limit: number): readonly FoundLesson[] => {
    const found: FoundLesson[] = [];
    const used = new Set<number>();
    let place: Pick<SaidRow, 'storedAt' | 'seq'> | undefined = { storedAt: until, seq: Number.MAX_SAFE_INTEGER };
    for (let page = 0; place !== undefined && found.length < limit && page < mostPages; page += 1) {
      const typed = typedBefore(sessionId, place);
      for (const row of typed) {
        if (found.length === limit) break;
        if (used.has(row.seq) || goesOn(row)) continue;

        const exchange = exchangeIn(before(row));
        for (const { seq } of exchange?.typed ?? []) used.add(seq);
        const lesson = exchange === null ? null : lessonOf(exchange, row);
        if (lesson !== null) found.push(lesson);
      }
      place = typed.length < pageRows ? undefined : typed.at(-1);
    }
    return found;
  };
};
