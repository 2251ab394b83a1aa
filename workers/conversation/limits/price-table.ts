import { z } from 'zod';
import type { AiUsage } from '../../ai/ai-provider.ts';

/** What a call of an AI service costs: a dated list, with a person's own prices before ours. */

const price = z.strictObject({
  /** Exact name, or the beginning of one: `gpt-5.6-luna` also prices `gpt-5.6-luna-2026-07-09`. */
  model: z.string().min(1).max(100),
  /** First day on which the price holds, UTC. */
  from: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a day like 2026-11-22'),
  /** US dollars for a million tokens. */
  inputPerMillion: z.number().min(0).max(100_000),
  outputPerMillion: z.number().min(0).max(100_000),
});
export type Price = z.infer<typeof price>;
export type PriceTable = readonly Price[];

/** What a person may give to add prices or replace ours: a JSON array of prices. */
export const priceOverridesSchema = z.array(price).max(500);

/** Vectors of texts; list prices as read on 2026-11-30 on pages that quote OpenAI's and Google's own. */
const embeddingPrices: PriceTable = [
  { model: 'text-embedding-3-small', from: '2024-01-25', inputPerMillion: 0.02, outputPerMillion: 0 },
  { model: 'text-embedding-3-large', from: '2024-01-25', inputPerMillion: 0.13, outputPerMillion: 0 },
  { model: 'text-embedding-ada-002', from: '2022-12-15', inputPerMillion: 0.1, outputPerMillion: 0 },
  { model: 'gemini-embedding-001', from: '2025-07-14', inputPerMillion: 0.15, outputPerMillion: 0 },
];

/**
 * List prices as read on 2026-11-22: developers.openai.com/api/docs/models (5.6-luna, 5.6-terra since the cut of 2026-07-30;
 * transcribe), ai.google.dev/gemini-api/docs/pricing by way of resellers that quote it. Standard tier, prompts below 200,000 tokens.
 */
export const defaultPrices: PriceTable = [
  { model: 'echo', from: '2026-01-01', inputPerMillion: 0, outputPerMillion: 0 },
  // A brain of the operator's own pays for itself.
  { model: 'webhook', from: '2026-01-01', inputPerMillion: 0, outputPerMillion: 0 },
  { model: 'gpt-5.6-luna', from: '2026-07-09', inputPerMillion: 1, outputPerMillion: 6 },
  { model: 'gpt-5.6-luna', from: '2026-07-30', inputPerMillion: 0.2, outputPerMillion: 1.2 },
  { model: 'gpt-5.6-terra', from: '2026-07-09', inputPerMillion: 2.5, outputPerMillion: 15 },
  { model: 'gpt-5.6-terra', from: '2026-07-30', inputPerMillion: 2, outputPerMillion: 12 },
  { model: 'gpt-5.6-sol', from: '2026-07-09', inputPerMillion: 5, outputPerMillion: 30 },
  { model: 'gpt-6-luna', from: '2026-09-22', inputPerMillion: 0.1, outputPerMillion: 0.5 },
  { model: 'gpt-6-sol', from: '2026-09-22', inputPerMillion: 2, outputPerMillion: 10 },
  { model: 'gpt-4o-mini-transcribe', from: '2025-03-20', inputPerMillion: 1.25, outputPerMillion: 5 },
  { model: 'gpt-4o-transcribe', from: '2025-03-20', inputPerMillion: 2.5, outputPerMillion: 10 },
  { model: 'gpt-4o-mini-tts', from: '2025-03-20', inputPerMillion: 0.6, outputPerMillion: 12 },
  { model: 'gemini-3.5-flash-lite', from: '2026-07-22', inputPerMillion: 0.3, outputPerMillion: 2.5 },
  { model: 'gemini-3.7-flash', from: '2026-09-01', inputPerMillion: 0.75, outputPerMillion: 3.75 },
  { model: 'gemini-3.8-flash', from: '2026-09-01', inputPerMillion: 0.75, outputPerMillion: 3.75 },
  ...embeddingPrices,
];

/** Own prices first: among prices that fit equally well, an own one wins. `overrides` has passed `priceOverridesSchema`. */
export const priceTable = (overrides: PriceTable = []): PriceTable => [...overrides, ...defaultPrices];

/** A dated name (`…-2026-07-09`) or a variant (`…-latest`) has the price of the name it begins with. */
const fits = (model: string, name: string): boolean => model === name || model.startsWith(`${name}-`);

/**
 * The price of a model on a day: the longest name that fits, of these the newest date not after `day`, of these the first in the
 * table. A day before every date has the oldest price. Null: no name fits.
 */
export const priceOf = (table: PriceTable, model: string, day: string): Price | null => {
  const fitting = table.filter((entry) => fits(model, entry.model));
  const longest = Math.max(...fitting.map((entry) => entry.model.length));
  const named = fitting.filter((entry) => entry.model.length === longest);
  const valid = named.filter((entry) => entry.from <= day);
  const newest = (a: Price, b: Price): Price => (b.from > a.from ? b : a);
  const oldest = (a: Price, b: Price): Price => (b.from < a.from ? b : a);
  const [first, ...others] = valid.length > 0 ? valid : named;
  if (first === undefined) return null;
  return others.reduce(valid.length > 0 ? newest : oldest, first);
};

export interface Cost {
  readonly usd: number;
  /** False: no price for this model is known and the dearest of the table was taken, so that a budget errs on the safe side. */
  readonly known: boolean;
}

/** Cost of one call in US dollars. `day`: UTC date of the call. */
export const costOf = (table: PriceTable, model: string, usage: AiUsage, day: string): Cost => {
  const found = priceOf(table, model, day);
  const rates = found ?? {
    inputPerMillion: Math.max(0, ...table.map((entry) => entry.inputPerMillion)),
    outputPerMillion: Math.max(0, ...table.map((entry) => entry.outputPerMillion)),
  };
  const usd = (usage.inputTokens * rates.inputPerMillion + usage.outputTokens * rates.outputPerMillion) / 1_000_000;
  return { usd, known: found !== null };
};

/** The same for vectors: a model without a known price is taken for the dearest that makes them, not for the dearest that writes. */
export const embeddingCostOf = (table: PriceTable, model: string, usage: AiUsage, day: string): Cost =>
  priceOf(table, model, day) === null
    ? { ...costOf(embeddingPrices, 'unknown', usage, day), known: false }
    : costOf(table, model, usage, day);
