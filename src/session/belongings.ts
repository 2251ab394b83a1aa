import { z } from 'zod';

/** What a session's bot has in its hands besides its login: it travels from server to server in bundles of its own, one kind each. */

/** A kind more is a name here, its words (src/words/belonging-words.ts) and a file in src/bundles/belongings/. */
export const belongingNames = ['tools', 'knowledge', 'files', 'hooks'] as const;
export type BelongingName = (typeof belongingNames)[number];

/** Of what was here at a moment, keyed with the group's key; null: nothing was here. */
const digest = z.string().nullable();

const belongingSchema = z.object({
  /** The bundle that what is here came from or went into. What has another digest by now was changed here. */
  base: z.object({ epoch: z.number(), at: z.number(), digest }).nullable().default(null),
  /** The newest bundle that was made here and is in Storage whole. */
  made: z.object({ epoch: z.number(), at: z.number(), bytes: z.number() }).nullable().default(null),
  /** A newer one than what is here could not be had. What is changed here meanwhile counts all the same. `again`: when it is tried next. */
  missing: z.object({ digest, text: z.string(), again: z.number() }).nullable().default(null),
});
export type Belonging = z.infer<typeof belongingSchema>;

/** How a session's belongings stand beside their bundles in Supabase Storage. */
export const belongingsSchema = z.object({
  /** The epoch of the lease under which they were last in use here; null: nobody knows yet. */
  lease: z.number().nullable().default(null),
  /** Storage was not asked to the end whether there is anything newer: nothing of here goes there before it was. */
  isAsking: z.boolean().default(false),
  kinds: z.record(z.string(), belongingSchema).default({}),
  /** What came from another server last. */
  fetched: z.object({ at: z.number(), madeAt: z.number(), from: z.string() }).nullable().default(null),
  /** Why the last try to take them to Storage did not succeed; null: it did. */
  problem: z.object({ at: z.number(), text: z.string() }).nullable().default(null),
});
export type Belongings = z.infer<typeof belongingsSchema>;

/** What a screen and a command show of it. */
export interface BelongingsStanding {
  /** When the newest bundle was made here, and how large all of the newest are. */
  readonly made: { readonly at: number; readonly bytes: number } | null;
  readonly fetched: Belongings['fetched'];
  readonly problem: Belongings['problem'];
  /** What another server has newer, and why it is not here. */
  readonly missing: readonly { readonly what: string; readonly text: string }[];
}

/** Null where there is nothing to show. */
export const belongingsStanding = (known: Belongings | null): BelongingsStanding | null => {
  if (known === null) return null;
  const made = Object.values(known.kinds).flatMap((one) => one.made ?? []);
  const missing = Object.entries(known.kinds).flatMap(([what, one]) =>
    one.missing === null ? [] : [{ what, text: one.missing.text }],
  );
  if (made.length + missing.length === 0 && known.fetched === null && known.problem === null) return null;
  return {
    made:
      made.length === 0
        ? null
        : { at: Math.max(...made.map(({ at }) => at)), bytes: made.reduce((sum, { bytes }) => sum + bytes, 0) },
    fetched: known.fetched,
    problem: known.problem,
    missing,
  };
};
