import type { TimingConfig } from '../../../src/session/session-config.ts';
import { findBreaks } from '../outbox/sentence-ends.ts';
import { splitAnswer } from '../outbox/split-answer.ts';

/** An answer as parts, with an upper bound: a model that does not stop writing must not fill a customer's phone. Pure. */

export interface BoundedAnswer {
  readonly parts: readonly string[];
  /** Something was left out. */
  readonly isCut: boolean;
}

/** A list or a sentence without end may be longer than a part aims at; all parts together have this room on average. */
const leastRoomPerPart = 1500;

/** `text` up to its last sentence, line or word that ends within `room`. */
const cutAtEnd = (text: string, room: number): string => {
  if (text.length <= room) return text;
  const stretch = text.slice(0, room + 1);
  const breaks = findBreaks(stretch).filter(({ at }) => at <= room);
  const sentence = breaks.findLast(({ at, kind }) => kind === 'sentence' && at > room / 2);
  const end = (sentence ?? breaks.at(-1))?.at ?? stretch.search(/\s\S*$/u);
  const cut = end > 0 ? end : room;
  // No character is torn where there is nothing but one endless word.
  return text.slice(0, /[\ud800-\udbff]/.test(text.charAt(cut - 1)) ? cut - 1 : cut).trimEnd();
};

export const boundedAnswer = (
  text: string,
  timing: Pick<TimingConfig, 'split' | 'partLength' | 'maxParts'>,
): BoundedAnswer => {
  if (text.trim() === '') return { parts: [], isCut: false };
  const { split, partLength, maxParts } = timing;
  const whole = cutAtEnd(text, maxParts * Math.max(leastRoomPerPart, partLength * 2));
  const parts = split ? splitAnswer(whole, { partLength }) : [whole];
  return { parts: parts.slice(0, maxParts), isCut: whole.length < text.length || parts.length > maxParts };
};
