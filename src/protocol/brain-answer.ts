import { z } from 'zod';
import { type BrainAnswer, brainBounds } from '../session/brain.ts';

/** What a brain of the operator's own answers, at once over its webhook or later over the API. */

const words = (longest: number) => z.string().trim().max(longest);

/** One of `text`, `handOver` and `none`. What else stands in it is nobody's. */
export const brainAnswerFields = {
  text: words(brainBounds.text).optional().describe('for the customer; split into messages as any answer'),
  did: z
    .array(words(200))
    .max(brainBounds.did)
    .optional()
    .describe('what you carried out yourself, such as `booked`: without it an answer that says so is not sent'),
  handOver: z
    .object({ reason: words(500), summary: words(2000).optional() })
    .optional()
    .describe('a person is asked for, with this'),
  none: words(500).optional().describe('nothing is sent, for this reason'),
} as const;

export const brainAnswerSchema = z.object(brainAnswerFields);
type Given = z.infer<typeof brainAnswerSchema>;

/** Null: it says nothing, or more than one thing. */
export const asBrainAnswer = ({ text, did, handOver, none }: Given): BrainAnswer | null => {
  const said = [text, handOver, none].filter((each) => each !== undefined && each !== '');
  if (said.length !== 1) return null;
  if (handOver !== undefined) return { kind: 'hand-over', reason: handOver.reason, summary: handOver.summary ?? '' };
  return none !== undefined && none !== ''
    ? { kind: 'none', reason: none }
    : { kind: 'text', text: text ?? '', did: (did ?? []).filter((each) => each !== '') };
};
