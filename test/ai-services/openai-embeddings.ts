import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { madeVector, usualDimensions } from './made-vectors.ts';
import { playCommon, refusesField, sendError, sendFieldRefused } from './openai-errors.ts';
import { countTokens, type RecordedRequest, type Step, sendHalf, sendJson } from './script.ts';

/** OpenAI's `POST /v1/embeddings`. */

export const embeddingSchema = z.strictObject({
  model: z.string(),
  input: z.array(z.string().min(1)).min(1).max(2048),
  dimensions: z.number().int().min(1).optional(),
  encoding_format: z.literal('float').optional(),
});

const vectorsOf = (
  { model, input, dimensions = usualDimensions }: z.infer<typeof embeddingSchema>,
  step: Partial<Extract<Step, { kind: 'vectors' }>>,
) => {
  const data = input.map((text, index) => ({
    object: 'embedding',
    index,
    embedding: madeVector(text, step.dimensions ?? dimensions),
  }));
  const usage = { prompt_tokens: countTokens(input), total_tokens: countTokens(input) };
  return { object: 'list', model, data: data.slice(step.missing ?? 0), usage };
};

export const playEmbeddings = (step: Step, recorded: RecordedRequest, response: ServerResponse): ServerResponse => {
  const request = recorded.body as z.infer<typeof embeddingSchema>;
  switch (step.kind) {
    case 'answer':
    case 'vectors':
      return sendJson(response, 200, vectorsOf(request, step.kind === 'vectors' ? step : {}));
    case 'no-field':
      return refusesField(step, request)
        ? sendFieldRefused(response, step)
        : sendJson(response, 200, vectorsOf(request, {}));
    case 'short-texts':
      return request.input.some((text) => text.length > step.characters)
        ? sendError(response, {
            kind: 'error',
            status: 400,
            message: "This model's maximum context length is 64 tokens, however you requested more.",
          })
        : sendJson(response, 200, vectorsOf(request, {}));
    case 'empty':
      return sendJson(response, 200, { object: 'list', data: [] });
    case 'stall':
    case 'cut':
      return sendHalf(response, vectorsOf(request, {}), step.kind === 'cut');
    default:
      return playCommon(step, response);
  }
};
