import { z } from 'zod';
import type { AiTool, AiUsage } from './ai-provider.ts';
import { type Reading, readSaid, withoutAnswer } from './reading.ts';
import { passing } from './service-call.ts';

/** What a response of Gemini says. The archived library's types know neither thinking nor the newer reasons to stop. */

const partSchema = z.looseObject({
  text: z.string().optional(),
  /** The text is what the model thought, not what it says. */
  thought: z.boolean().optional(),
  functionCall: z.looseObject({ id: z.string().nullish(), name: z.string(), args: z.unknown().optional() }).optional(),
  thoughtSignature: z.string().optional(),
});

const responseSchema = z.looseObject({
  candidates: z
    .array(
      z.looseObject({
        content: z.looseObject({ parts: z.array(partSchema).optional() }).optional(),
        finishReason: z.string().optional(),
        finishMessage: z.string().optional(),
      }),
    )
    .optional(),
  promptFeedback: z.looseObject({ blockReason: z.string().optional() }).optional(),
  usageMetadata: z
    .looseObject({
      promptTokenCount: z.number().default(0),
      candidatesTokenCount: z.number().default(0),
      thoughtsTokenCount: z.number().default(0),
    })
    .optional(),
  modelVersion: z.string().min(1).optional(),
});

/** The model called a tool that nobody can read; asking again usually helps. */
const malformedReasons = [
  'MALFORMED_FUNCTION_CALL',
  'UNEXPECTED_TOOL_CALL',
  'MALFORMED_RESPONSE',
  'MISSING_THOUGHT_SIGNATURE',
];
const usualReasons = ['STOP', 'FINISH_REASON_UNSPECIFIED', 'MAX_TOKENS', ...malformedReasons];

export const readGemini = (
  received: unknown,
  prompt: { readonly model: string; readonly tools: readonly AiTool[] },
  service: string,
): Reading => {
  const response = responseSchema.safeParse(received).data;
  if (response === undefined)
    return {
      result: passing('garbled', `${service} sent something that is no response`),
      usage: null,
      mayImprove: false,
    };

  const counted = response.usageMetadata;
  // The service counts thinking apart and charges it as output.
  const usage: AiUsage | null = counted
    ? {
        inputTokens: counted.promptTokenCount,
        outputTokens: counted.candidatesTokenCount + counted.thoughtsTokenCount,
      }
    : null;
  const blocked = response.promptFeedback?.blockReason;
  if (blocked !== undefined && blocked !== 'BLOCK_REASON_UNSPECIFIED')
    return withoutAnswer('blocked', `${service} blocked the request: ${blocked}`, usage);

  const candidate = response.candidates?.[0];
  const reason = candidate?.finishReason ?? 'STOP';
  if (!usualReasons.includes(reason)) return withoutAnswer('blocked', `${service} stopped: ${reason}`, usage);

  const parts = (candidate?.content?.parts ?? []).filter(({ thought }) => thought !== true);
  return readSaid(
    {
      text: parts
        .map(({ text }) => text ?? '')
        .join('')
        .trim(),
      calls: parts.flatMap(({ functionCall, thoughtSignature }) =>
        functionCall === undefined
          ? []
          : [
              {
                id: functionCall.id ?? null,
                name: functionCall.name,
                arguments: functionCall.args ?? {},
                signature: thoughtSignature ?? null,
              },
            ],
      ),
      malformed: malformedReasons.includes(reason) ? (candidate?.finishMessage ?? reason) : null,
      isCut: reason === 'MAX_TOKENS',
      thinkingTokens: counted?.thoughtsTokenCount ?? 0,
      usage,
      model: response.modelVersion ?? prompt.model,
    },
    prompt.tools,
    service,
  );
};
