import { type EmbedContentRequest, type GoogleGenerativeAI, TaskType } from '@google/generative-ai';
import type { EmbedRequest, EmbedResult } from './ai-provider.ts';
import { estimatedTokens, readVectors } from './read-vectors.ts';
import { passing } from './service-call.ts';
import type { ServicePlace } from './service-place.ts';

/** Vectors of Gemini. */

/** The archived library does not know that the length can be chosen. */
interface SizedRequest extends EmbedContentRequest {
  readonly outputDimensionality: number;
}

const taskOf = { passage: TaskType.RETRIEVAL_DOCUMENT, question: TaskType.RETRIEVAL_QUERY } as const;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Throws what the service refuses. */
export const embedWithGemini = async (
  service: GoogleGenerativeAI,
  place: ServicePlace,
  request: EmbedRequest,
  signal: AbortSignal,
): Promise<EmbedResult> => {
  const { texts, model } = request;
  const requests = texts.map(
    (text): SizedRequest => ({
      content: { role: 'user', parts: [{ text }] },
      taskType: taskOf[request.as],
      outputDimensionality: request.dimensions,
    }),
  );
  const answer: unknown = await service
    .getGenerativeModel({ model }, place.addressSetting === null ? {} : { baseUrl: place.address })
    .batchEmbedContents({ requests }, { signal });
  if (!isRecord(answer) || !Array.isArray(answer['embeddings']))
    return passing('garbled', `${place.name} sent something that is no list of vectors`);

  const rows = answer['embeddings'].map((one: unknown) => (isRecord(one) ? one['values'] : null));
  // It tells no usage.
  return readVectors(rows, { count: texts.length, model, inputTokens: estimatedTokens(texts) }, place);
};
