import { z } from 'zod';
import { mostDimensions } from '../../src/session/embeddings.ts';
import type { Embedded } from './ai-provider.ts';
import { type AiFailure, passing, refused } from './service-call.ts';
import type { ServicePlace } from './service-place.ts';

/** Vectors as a service sent them. Whatever it sends, what comes out can be compared, or is a failure. */

/** Finite: `1e999` is none. */
const vectorSchema = z.array(z.number()).min(1);

export const readVectors = (
  rows: readonly unknown[],
  wanted: { readonly count: number; readonly model: string; readonly inputTokens: number },
  place: ServicePlace,
): Embedded | AiFailure => {
  if (rows.length !== wanted.count)
    return passing('garbled', `${place.name} sent ${rows.length} vectors for ${wanted.count} texts`);

  const vectors: number[][] = [];
  for (const row of rows) {
    const vector = vectorSchema.safeParse(row);
    if (!vector.success) return passing('garbled', `${place.name} sent something that is no vector`);
    vectors.push(vector.data);
  }
  const length = vectors[0]?.length ?? 0;
  if (vectors.some((vector) => vector.length !== length))
    return passing('garbled', `${place.name} sent vectors of several lengths at once`);
  if (length > mostDimensions)
    return refused(
      'too-large',
      `${place.name} sends vectors of ${length} numbers, and at most ${mostDimensions} are kept: choose a smaller model in ai_config.embeddingsModel`,
    );
  const { model, inputTokens } = wanted;
  return { kind: 'answer', text: '', vectors, usage: { inputTokens, outputTokens: 0 }, model, notes: [] };
};

/** Where a service tells no usage. */
export const estimatedTokens = (texts: readonly string[]): number =>
  Math.ceil(texts.reduce((sum, text) => sum + text.length, 0) / charactersPerToken);
const charactersPerToken = 3;
