import { z } from 'zod';
import { personToolName } from '../../../src/session/tool.ts';
import type { AiTool } from '../../ai/ai-provider.ts';

/** The tool by which the model asks for a person: offered to it, never a magic word in a text. Pure. */

export const personTool: AiTool = {
  name: personToolName,
  description:
    'Hands this conversation over to a person of the business and ends your part in it. Call it when the customer asks for a person, ' +
    'complains or is upset, when money, health, law or safety is at stake, or when you cannot help with what you know. ' +
    'The customer is told by the program that a person will go on; do not also write that yourself.',
  parameters: {
    type: 'object',
    properties: {
      reason: {
        type: 'string',
        description: 'Why a person is needed, in one short sentence, in the language of the conversation.',
      },
      summary: {
        type: 'string',
        description:
          'For that person: who the customer is and what is wanted, what was said so far, what is open. At most three lines, in the language of the conversation.',
      },
    },
    required: ['reason', 'summary'],
    additionalProperties: false,
  },
};

export interface PersonAsked {
  readonly reason: string;
  readonly summary: string;
}

const argumentsSchema = z.object({
  reason: z.string().trim().min(1).catch('the AI asks for a person'),
  summary: z.string().trim().catch(''),
});

/** What was asked; null when the model called something that was never offered. Arguments that are missing keep nobody from a person. */
export const personAsked = (called: { readonly name: string; readonly arguments: unknown }): PersonAsked | null => {
  if (called.name !== personToolName) return null;
  const given = argumentsSchema.safeParse(called.arguments);
  return given.success ? given.data : argumentsSchema.parse({});
};
