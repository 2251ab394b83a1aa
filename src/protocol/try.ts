import { z } from 'zod';

/** A conversation with a session's AI without a phone: what the door tells of it, and what its process and the master say to each other. */

const line = z.strictObject({
  /** `note`: a remark of the program, in English. */
  from: z.enum(['customer', 'bot', 'note']),
  text: z.string(),
  at: z.number(),
  /** Of the last part of an answer: since the customer's first line of that turn, ms. */
  tookMs: z.number().exactOptional(),
  /** Of the last part of an answer. */
  costUsd: z.number().exactOptional(),
});
export type TryLine = Readonly<z.infer<typeof line>>;

export const tryStepNames = ['stored', 'collected', 'open', 'asked', 'filtered', 'split', 'typed'] as const;
export type TryStepName = (typeof tryStepNames)[number];

/** A step of how an answer comes about; the values that it has are those of its kind. */
const step = z.strictObject({
  name: z.enum(tryStepNames),
  /** `ahead`: its turn has not come; `failed`: the answer ended here. */
  state: z.enum(['ahead', 'runs', 'done', 'failed']),
  /** How long it took; null where that says nothing, and before it ends. */
  ms: z.number().nullable(),
  /** Of `stored`: when the first line came. */
  at: z.number().exactOptional(),
  /** Of `collected`: lines that are answered together. */
  messages: z.number().exactOptional(),
  /** Of `open`: whether a customer would be answered now. */
  isOpen: z.boolean().exactOptional(),
  /** Of `asked`. */
  tokens: z.strictObject({ input: z.number(), output: z.number() }).exactOptional(),
  /** Of `asked` that failed: why, in one English line. */
  reason: z.string().exactOptional(),
  /** Of `filtered`: what was taken out, in words; empty: nothing. */
  removed: z.array(z.string()).readonly().exactOptional(),
  /** Of `split`. */
  parts: z.number().exactOptional(),
  /** Of `typed`. */
  letters: z.number().exactOptional(),
});
export type TryStep = Readonly<z.infer<typeof step>>;

const view = z.strictObject({
  /** Rises with every change. */
  revision: z.number(),
  sessionName: z.string(),
  provider: z.string(),
  model: z.string(),
  instructions: z.strictObject({ version: z.number(), words: z.number() }).nullable(),
  /** Oldest first, the newest 200. */
  conversation: z.array(line).readonly(),
  /** How the last answer came or comes about, in order; empty before the first line. */
  steps: z.array(step).readonly(),
  /** What is written until then is answered together; null: nothing is collected. */
  collectsUntil: z.number().nullable(),
  /** What the AI was given besides instructions and lines: earlier lines of this test, and whether older ones were summed up. */
  knew: z.strictObject({ lines: z.number(), isSummed: z.boolean() }).nullable(),
  totals: z.strictObject({ answers: z.number(), costUsd: z.number(), halfMs: z.number().nullable() }),
  /** Nothing is collected, asked or typed now. */
  done: z.boolean(),
});
/** As its process tells it. */
export type TryView = Readonly<z.infer<typeof view>>;

export interface TryState extends TryView {
  readonly tryId: string;
}

export const toTrySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('say'), text: z.string() }),
  z.strictObject({ kind: z.literal('answer') }),
]);
export type ToTry = z.infer<typeof toTrySchema>;

export const fromTrySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('view'), view }),
  /** It cannot begin. */
  z.strictObject({ kind: z.literal('failed'), code: z.string(), message: z.string() }),
]);
export type FromTry = z.infer<typeof fromTrySchema>;
