import { z } from 'zod';
import type { StoreTransfer } from './records.ts';

/** What `store push` and `store pull` end with, as their job keeps it. */
export const transferSchema = z.object({
  counts: z.array(z.object({ what: z.string(), here: z.number(), there: z.number() })),
  complete: z.boolean(),
  notes: z.array(z.string()),
  adopted: z.array(z.string()),
}) satisfies z.ZodType<StoreTransfer>;
