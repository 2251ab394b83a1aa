import type { ModelPrice } from '../../protocol/rehearse.ts';
import type { LearntLesson } from '../../store/lesson-store.ts';

/** What asking for a proposal costs, before it is asked. Pure. */

/** Errs upwards for Portuguese. */
const charactersPerToken = 3;
/** What it is told beside instructions and lessons, and what it says. */
const ownTokens = { input: 900, output: 2500 };
const longestText = 1500;
const million = 1_000_000;

/** US dollars. */
export const askingCost = (
  { inputPerMillion, outputPerMillion }: ModelPrice,
  instructions: string,
  lessons: readonly Pick<LearntLesson, 'lesson'>[],
): number => {
  const texts = lessons.flatMap(({ lesson: { question, bot, owner } }) => [question, bot ?? '', owner ?? '']);
  const characters = texts.reduce((sum, text) => sum + Math.min(longestText, text.length), instructions.length);
  const input = ownTokens.input + characters / charactersPerToken;
  return (input * inputPerMillion + ownTokens.output * outputPerMillion) / million;
};
