import type { Lesson } from '../../session/lesson.ts';

/** A lesson, and what decides over it: in which chat it was, and by which message it is told apart. */
export interface FoundLesson {
  readonly lesson: Lesson;
  readonly conversationId: number;
  readonly messageKey: string;
}
