import type { HistoryItem } from '../../ai/ai-provider.ts';

/** How much of a conversation the AI is given, and what falls out of it into the running summary. */

/** An item of a stored conversation; `id` is the pointer that the record of the turn keeps. */
export interface StoredItem extends HistoryItem {
  readonly id: string;
  /** A note says when it was written. */
  readonly isLater?: boolean;
}

export interface FittedHistory {
  /** Goes to the AI, oldest first; begins with a customer's item. */
  readonly kept: readonly StoredItem[];
  /** Goes into the running summary, oldest first; empty while everything fits. */
  readonly fallen: readonly StoredItem[];
  /** Estimate of `kept` and the summary together. */
  readonly tokens: number;
}

/** What a service adds around one message (role, separators): 3 or 4 tokens in OpenAI's cookbook. */
const perItem = 4;
/** OpenAI's rule of thumb is 4 characters a token in English; accented languages take more tokens, so 3 errs on the safe side. */
const charactersPerToken = 3;

/**
 * Tokens of a text, estimated without a tokenizer: a token for 3 characters of Latin script, digits and punctuation, 1.5 tokens
 * for any other character (Han, emoji …). Errs upwards, so a bound that holds here holds at the service.
 */
export const estimateTokens = (text: string): number => {
  let latin = 0;
  let other = 0;
  for (const character of text) {
    // Up to U+024F: ASCII, Latin-1, Latin Extended; U+2000 to U+206F: general punctuation.
    const code = character.codePointAt(0) ?? 0;
    if (code <= 0x24f || (code >= 0x2000 && code <= 0x206f)) latin += 1;
    else other += 1;
  }
  return Math.ceil(latin / charactersPerToken + other * 1.5);
};

/** What the note of its time takes, which stands before some (history-times.ts). */
const perNote = 20;

const tokensOf = (item: StoredItem): number =>
  estimateTokens(item.text) + perItem + (item.isLater === true ? perNote : 0);

/** After an overflow this share of the room is kept, so that a summary is due every few turns and not in every one. */
const keptShare = 0.7;

/**
 * Bounds `items` (oldest first, those not yet summarised) to `maxTokens`, the summary included. When they do not fit, the oldest
 * fall out until 70 % of the room is used. An answer without the question before it falls out too. `maxTokens` 0: no memory,
 * nothing kept and nothing to summarise.
 */
export const fitHistory = (
  items: readonly StoredItem[],
  options: { readonly maxTokens: number; readonly summary: string | null },
): FittedHistory => {
  if (options.maxTokens === 0) return { kept: [], fallen: [], tokens: 0 };
  const summaryTokens = options.summary === null ? 0 : estimateTokens(options.summary) + perItem;
  const room = Math.max(0, options.maxTokens - summaryTokens);
  const total = items.reduce((sum, item) => sum + tokensOf(item), 0);
  let start = 0;
  let used = total;
  if (total > room) {
    const goal = Math.floor(room * keptShare);
    while (start < items.length && used > goal) {
      used -= tokensOf(items[start] as StoredItem);
      start += 1;
    }
  }
  while (start < items.length && items[start]?.role === 'assistant') {
    used -= tokensOf(items[start] as StoredItem);
    start += 1;
  }
  return { kept: items.slice(start), fallen: items.slice(0, start), tokens: used + summaryTokens };
};

/**
 * The exact text over which the hash of a history is taken: independent of key order, and different for any other summary, order,
 * role or text.
 */
const canonicalHistory = (summary: string | null, items: readonly HistoryItem[]): string =>
  JSON.stringify([summary, ...items.map((item) => [item.role, item.text])]);

/** Stable hash of what the AI was given, for the record of a turn. `digest`: e.g. SHA-256 in hex. */
export const historyHash = (
  summary: string | null,
  items: readonly HistoryItem[],
  digest: (text: string) => string,
): string => digest(canonicalHistory(summary, items));
