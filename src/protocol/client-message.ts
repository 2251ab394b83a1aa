import { z } from 'zod';
import type { ClientMessage } from './wire.ts';

/** What the master makes sure of in a client's line. Apart from `wire.ts`: a client trusts its master and needs no schemas. */
export const clientMessageSchema: z.ZodType<ClientMessage> = z.discriminatedUnion('type', [
  // What a newer client says beside it is not ours to refuse.
  z.looseObject({
    type: z.literal('hello'),
    v: z.number().int(),
    oldest: z.number().int().exactOptional(),
    version: z.string().max(40),
    subscribe: z.boolean(),
    pid: z.number().int(),
  }),
  z.strictObject({ type: z.literal('request'), id: z.number().int(), method: z.string().max(60), params: z.unknown() }),
]);
