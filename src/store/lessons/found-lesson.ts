import type { Lesson } from '../../session/lesson.ts';

/** A lesson, and what decides over it: in which chat it was, and by which message it is told apart. */
export interface FoundLesson {
  readonly lesson: Lesson;
  readonly conversationId: number;
  readonly messageKey: string;
  /** Keys of all messages that it is read from: without one of them it says something else. */
  readonly sources: readonly string[];
  /** The bot's, that a person put right; null: it had said nothing. */
  readonly turnId: number | null;
}
