import { z } from 'zod';
import type { EmbedRequest, EmbedResult } from './ai-provider.ts';
import { type Asking, type OpenAiAccess, refusedField } from './openai-asking.ts';
import { isPathMissing } from './openai-errors.ts';
import { estimatedTokens, readVectors } from './read-vectors.ts';
import { passing } from './service-call.ts';
import { wrongPath } from './service-faults.ts';
import { factsOf, refusedFieldsOf } from './service-memory.ts';

/** Vectors of an OpenAI-compatible service. */

const answerSchema = z.object({
  data: z.array(z.object({ index: z.number().int().optional(), embedding: z.unknown() })),
  usage: z.object({ prompt_tokens: z.number().int().min(0) }).optional(),
});

/** What a service that knows but one length, or but one format, can do without. */
const dispensable = {
  dimensions: /\bdimensions?\b|matryoshka/i,
  encoding_format: /\bencoding_format\b/i,
} as const;

const read = (answer: unknown, { texts, model }: EmbedRequest, { place }: OpenAiAccess): EmbedResult => {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) return passing('garbled', `${place.name} sent something that is no list of vectors`);
  const { data, usage } = parsed.data;
  // In the order of the texts, as the service counts it.
  const rows = data.toSorted((x, y) => (x.index ?? 0) - (y.index ?? 0)).map(({ embedding }) => embedding);
  const inputTokens = usage?.prompt_tokens ?? estimatedTokens(texts);
  return readVectors(rows, { count: texts.length, model, inputTokens }, place);
};

/** Throws what the service refuses. */
export const embedWith = async (access: OpenAiAccess, request: EmbedRequest, how: Asking): Promise<EmbedResult> => {
  const { client, place, memory } = access;
  const without = refusedFieldsOf(factsOf(memory, place.address), request.model);
  for (;;) {
    const body = {
      model: request.model,
      input: [...request.texts],
      ...(without.has('dimensions') ? {} : { dimensions: request.dimensions }),
      // Left out, the library asks for base64, which not every service of this kind knows.
      ...(without.has('encoding_format') ? {} : { encoding_format: 'float' as const }),
    };
    try {
      const answer: unknown = await client.embeddings.create(body, { signal: how.signal, timeout: how.timeoutMs });
      return read(answer, request, access);
    } catch (error) {
      if (isPathMissing(error))
        return wrongPath(place, ['/embeddings'], 'it makes no vectors. Set ai_config.embeddings to off');
      const field = refusedField(error, body, without, dispensable);
      if (field === null) throw error;
      without.add(field);
    }
  }
};
