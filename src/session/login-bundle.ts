import { z } from 'zod';

/** How the login of a session stands beside its bundles in Supabase Storage: kept by the server that runs it. */
export const loginBundleSchema = z.object({
  /** Of the lease under which the login here was last in use, and when that was known; a bundle of a later one is newer. */
  epoch: z.number(),
  at: z.number(),
  /** The newest bundle that was made here and is in Storage whole. */
  made: z.object({ epoch: z.number(), at: z.number(), bytes: z.number() }).nullable().default(null),
  /** The login that came from Storage. `taken`: whether WhatsApp took it; null: nobody knows yet. */
  fetched: z
    .object({ at: z.number(), madeAt: z.number(), from: z.string(), taken: z.boolean().nullable() })
    .nullable()
    .default(null),
  /** A phone was linked since the last bundle was made. */
  linkedAt: z.number().nullable().default(null),
  /** Why the last try did not succeed; null: it did. */
  problem: z.object({ at: z.number(), text: z.string() }).nullable().default(null),
  /** A person said that the login here is to be used, whatever lies in Storage: for the next start. */
  skip: z.boolean().default(false),
});
export type LoginBundle = z.infer<typeof loginBundleSchema>;

/** What a screen and a command show of it. */
export type LoginBundleStanding = Pick<LoginBundle, 'made' | 'fetched' | 'problem'>;
