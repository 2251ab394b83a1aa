import { FleetError } from '../session/fleet-error.ts';
import type { Lesson } from '../session/lesson.ts';
import { lessonMessageKey } from '../session/lesson.ts';
import { type MaskedPerson, maskPersons } from '../session/mask-persons.ts';
import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';
import { createDraftLessons } from './lessons/decided-drafts.ts';
import type { FoundLesson } from './lessons/found-lesson.ts';
import { createTakeoverLessons } from './lessons/takeovers.ts';

export interface LessonPage {
  readonly lessons: readonly Lesson[];
  /** Give it back to read on; null: there are no more. */
  readonly next: string | null;
}

/** A lesson with whose talk it was: for whoever has to know what may not be said of it. */
export interface LearntLesson extends Pick<FoundLesson, 'lesson' | 'sources' | 'turnId'> {
  readonly person: MaskedPerson;
}

type Place = Pick<Lesson, 'at' | 'id'>;

/** So many may have the same millisecond and still come each once. */
const sameTime = 50;
const inOrder = (a: Place, b: Place): number => b.at - a.at || (a.id < b.id ? -1 : 1);
const isBehind = (lesson: Place, from: Place): boolean =>
  lesson.at < from.at || (lesson.at === from.at && lesson.id > from.id);

/** Throws `usage`. */
const placeOf = (cursor: string | undefined): Place => {
  if (cursor === undefined) return { at: Number.MAX_SAFE_INTEGER, id: '' };
  const [at, id] = /^(\d{1,16}) (\S{1,200})$/.exec(cursor)?.slice(1) ?? [];
  if (at === undefined || id === undefined)
    throw new FleetError('usage', 'this cursor is none that the list gave. Leave it out to begin with the newest.');
  return { at: Number(at), id };
};

/** What a session can learn from its people. Nothing of it is a copy: it is read from what is stored, masked, and gone with it. */
export const createLessonStore = (database: Database) => {
  const takeovers = createTakeoverLessons(database);
  const drafts = createDraftLessons(database);

  const isDismissed = (sessionId: string, { messageKey }: FoundLesson): boolean =>
    database.get(
      "SELECT 1 FROM messages WHERE session_id = ? AND message_key = ? AND json_extract(facts, '$.hiddenLesson')",
      sessionId,
      messageKey,
    ) !== undefined;

  const personOf = (conversationId: number): MaskedPerson => {
    const chat = database.get<{ name: string | null; phone: string | null }>(
      'SELECT name, phone FROM conversations WHERE id = ?',
      conversationId,
    );
    return { names: [chat?.name ?? null], phone: chat?.phone ?? null };
  };

  const masked = ({ lesson, conversationId, sources, turnId }: FoundLesson): LearntLesson => {
    const person = personOf(conversationId);
    const mask = (text: string | null): string | null => (text === null ? null : maskPersons(text, person));
    return {
      sources,
      turnId,
      person,
      lesson: {
        ...lesson,
        question: maskPersons(lesson.question, person),
        bot: mask(lesson.bot),
        owner: mask(lesson.owner),
      },
    };
  };

  /** Newest first. Texts of other people than the chat's own are masked by what they look like. */
  const read = (options: {
    readonly sessionId: string;
    readonly cursor?: string;
    readonly limit: number;
  }): { readonly lessons: readonly LearntLesson[]; readonly next: string | null } => {
    const { sessionId, limit } = options;
    let from = placeOf(options.cursor);
    const shown: FoundLesson[] = [];
    let isEnd = false;
    while (shown.length < limit && !isEnd) {
      // One more: where two have one time, the last of the page before comes again.
      const most = limit + sameTime;
      const found = [...takeovers(sessionId, from.at, most), ...drafts(sessionId, from.at, most)]
        .filter(({ lesson }) => isBehind(lesson, from))
        .sort((a, b) => inOrder(a.lesson, b.lesson));
      const page = found.slice(0, limit);
      isEnd = found.length <= limit;
      for (const one of page) {
        if (shown.length === limit) {
          isEnd = false;
          break;
        }
        from = one.lesson;
        if (!isDismissed(sessionId, one)) shown.push(one);
      }
      if (page.length === 0) isEnd = true;
    }
    return { lessons: shown.map(masked), next: isEnd ? null : `${from.at} ${from.id}` };
  };

  return {
    list: (options: Parameters<typeof read>[0]): LessonPage => {
      const { lessons, next } = read(options);
      return { lessons: lessons.map(({ lesson }) => lesson), next };
    },

    /** The newest, not older than `since`, with what they were read from. */
    learnt: (options: {
      readonly sessionId: string;
      readonly since: EpochMs;
      readonly limit: number;
    }): readonly LearntLesson[] => read(options).lessons.filter(({ lesson }) => lesson.at >= options.since),

    /**
     * It is not shown any more. The mark stands in the message that the lesson is told apart by: it goes where that goes, also to another
     * server. False: there is no such lesson, or what it was made of is gone.
     */
    dismiss: (sessionId: string, id: string, now: EpochMs): boolean =>
      database.transaction(() => {
        const key = lessonMessageKey(id);
        if (key === null) return false;
        // In a group an author stands behind it.
        const message = database.get<{ key: string }>(
          `SELECT key FROM (SELECT message_key AS key FROM messages WHERE session_id = ?1 AND message_key = ?2
             UNION ALL SELECT message_key FROM messages INDEXED BY messages_by_key
               WHERE session_id = ?1 AND message_key > ?2 || ':' AND message_key < ?2 || ';') LIMIT 1`,
          sessionId,
          key,
        );
        if (message === undefined) return false;

        database.run(
          `UPDATE messages SET facts = json_set(coalesce(facts, '{}'), '$.hiddenLesson', json('true')), updated_at = ?
             WHERE session_id = ? AND message_key = ?`,
          now,
          sessionId,
          message.key,
        );
        return true;
      }),
  };
};
export type LessonStore = ReturnType<typeof createLessonStore>;
