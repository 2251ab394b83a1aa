import { z } from 'zod';
import { knowledgeKinds, type Passage, type PassagePlace } from '../session/knowledge.ts';

/** Knowledge as it is passed on: a place, a passage, and what the master and the process that reads a file say to each other. */

export const placeSchema = z.strictObject({
  page: z.number().int().exactOptional(),
  line: z.number().int().exactOptional(),
  row: z.number().int().exactOptional(),
  heading: z.string().exactOptional(),
}) satisfies z.ZodType<PassagePlace>;

export const passageSchema = z.strictObject({
  file: z.string(),
  version: z.number().int(),
  n: z.number().int(),
  place: placeSchema,
  text: z.string(),
}) satisfies z.ZodType<Passage>;

export const toReaderSchema = z.strictObject({ path: z.string(), name: z.string(), kind: z.enum(knowledgeKinds) });
export type ToReader = z.infer<typeof toReaderSchema>;

export const fromReaderSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('passages'),
    passages: z.array(z.strictObject({ place: placeSchema, text: z.string() })),
  }),
  z.strictObject({ kind: z.literal('read'), characters: z.number() }),
  z.strictObject({ kind: z.literal('failed'), code: z.string(), message: z.string() }),
]);
export type FromReader = z.infer<typeof fromReaderSchema>;
