import { z } from 'zod';
import { type BrainAnswer, brainBounds } from '../session/brain.ts';

/** What a brain of the operator's own answers, at once over its webhook or later over the API. */

const words = (longest: number) => z.string().trim().max(longest);

/** One of `text`, `handOver` and `none`; builders write the others as null. What else stands in it is nobody's. */
export const brainAnswerFields = {
  text: words(brainBounds.text)
    .nullish()
    .describe(`for the customer; split into messages as any answer; at most ${brainBounds.text} characters`),
  did: z
    .array(words(brainBounds.didWords))
    .max(brainBounds.did)
    .nullish()
    .describe('what you carried out yourself, such as `booked`: without it an answer that says so is not sent'),
  handOver: z
    .object({ reason: words(brainBounds.reason), summary: words(brainBounds.summary).nullish() })
    .nullish()
    .describe('a person is asked for, with this'),
  none: words(brainBounds.none)
    .nullish()
    .describe(`nothing is sent, for this reason; at most ${brainBounds.none} characters`),
} as const;

export const brainAnswerSchema = z.object(brainAnswerFields);
type Given = z.infer<typeof brainAnswerSchema>;

/** Null: it says nothing, or more than one thing. */
export const asBrainAnswer = ({ text, did, handOver, none }: Given): BrainAnswer | null => {
  const said = [text, handOver, none].filter((each) => each !== undefined && each !== null && each !== '');
  if (said.length !== 1) return null;
  if (handOver !== undefined && handOver !== null)
    return { kind: 'hand-over', reason: handOver.reason, summary: handOver.summary ?? '' };
  return none !== undefined && none !== null && none !== ''
    ? { kind: 'none', reason: none }
    : { kind: 'text', text: text ?? '', did: (did ?? []).filter((each) => each !== '') };
};
