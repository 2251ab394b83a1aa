import { idPart } from './message-key.ts';
import type { EpochMs } from './units.ts';

/** What a person did otherwise than the bot: a correction that one can learn from. */

/**
 * `takeover`: the owner typed in the chat himself, instead of the bot or after it; `edited`: a draft went out with other words; `dropped`: a
 * draft never went out.
 */
export const lessonKinds = ['takeover', 'edited', 'dropped'] as const;
export type LessonKind = (typeof lessonKinds)[number];

/** Names and numbers are masked in all of its texts (mask-persons.ts). */
export interface Lesson {
  /** Its own for as long as what it is made of is stored. */
  readonly id: string;
  readonly kind: LessonKind;
  readonly at: EpochMs;
  /** What the customer had written. */
  readonly question: string;
  /** What the bot said, or would have said; null: nothing, it was paused or not quick enough. */
  readonly bot: string | null;
  /** It reached the customer. */
  readonly botSent: boolean;
  /** What the person said; null: nothing, the draft was dropped. */
  readonly owner: string | null;
  /** Of the instructions that the bot had; null: it had none, or nobody knows. */
  readonly instructionsVersion: number | null;
}

const draftMark = 'draft-';
const takeoverMark = 'takeover-';

/** Neither a number nor a name is in it, whatever the message's own id holds. */
export const lessonId = (kind: LessonKind, waId: string): string =>
  `${kind === 'takeover' ? takeoverMark : draftMark}${idPart(waId)}`;

/** The key of the message that a lesson is told apart by, without the author that it has in a group; null: that is no lesson's id. */
export const lessonMessageKey = (id: string): string | null => {
  if (id.startsWith(takeoverMark)) return `out:${id.slice(takeoverMark.length)}`;
  return id.startsWith(draftMark) ? `in:${id.slice(draftMark.length)}` : null;
};
