import { z } from 'zod';
import { mostDimensions, textsPerCall } from '../session/embeddings.ts';
import { aiConfigSchema } from '../session/session-config.ts';
import { billedCallSchema, modelPriceSchema } from './rehearse.ts';

/** What the master and the process that has vectors made say to each other. The process knows no store: it is given texts and gives vectors. */

export const toEmbedSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('open'), sessionId: z.string(), ai: aiConfigSchema }),
  z.strictObject({
    kind: z.literal('embed'),
    /** By which its answer is known. */
    row: z.number(),
    as: z.enum(['passage', 'question']),
    texts: z.array(z.string()).min(1).max(textsPerCall),
    timeoutMs: z.number(),
  }),
]);
export type ToEmbed = z.infer<typeof toEmbedSchema>;

export const fromEmbedSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('opened'), price: modelPriceSchema }),
  z.strictObject({
    kind: z.literal('embedded'),
    row: z.number(),
    dimensions: z.number().int().min(1).max(mostDimensions),
    /** As src/session/small-vectors.ts packs them, in base64. */
    vectors: z.base64(),
    calls: z.array(billedCallSchema),
  }),
  z.strictObject({
    kind: z.literal('problem'),
    row: z.number(),
    /** Whether it may pass by itself. */
    isPassing: z.boolean(),
    code: z.string(),
    reason: z.string(),
    retryAfterMs: z.number().nullable(),
    calls: z.array(billedCallSchema),
  }),
  z.strictObject({ kind: z.literal('failed'), code: z.string(), message: z.string() }),
]);
export type FromEmbed = z.infer<typeof fromEmbedSchema>;
