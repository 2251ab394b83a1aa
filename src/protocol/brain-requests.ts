import { z } from 'zod';
import { brainAnswerFields } from './brain-answer.ts';
import { actor, name } from './request-fields.ts';

/** What a brain of the operator's own answers later: a request of the door and its result. */

export const brainRequests = {
  /** One of `text`, `handOver` and `none`. */
  turnAnswer: z.strictObject({ name, turn: z.string().max(60), ...brainAnswerFields, actor }),
} as const;

export interface BrainResults {
  /** `isNew`: false where an answer was there already, which counts. */
  turnAnswer: { isNew: boolean };
}
