import type { AiProviderName } from '../../src/session/session-config.ts';
import type { Milliseconds } from '../../src/session/units.ts';

/** One AI service, whatever its wire format. `openai`, `gemini`, `echo` and `none` stand behind it; the pipeline knows none of them. */
export interface AiProvider {
  readonly name: AiProviderName;
  /** One answer. Never throws for what the service says: that is a `failed` result; rejects only when `signal` aborts. */
  answer(request: AiRequest, signal: AbortSignal): Promise<AiResult>;
  /** A running summary of what falls out of the history, in the language of the conversation. */
  summarize(request: SummaryRequest, signal: AbortSignal): Promise<AiResult>;
  /** Text of a voice message, or a description of a picture. */
  describe(request: MediaRequest, signal: AbortSignal): Promise<AiResult>;
}

export interface HistoryItem {
  readonly role: 'customer' | 'assistant';
  readonly text: string;
}

export interface AiRequest {
  /** Variables are already filled in. */
  readonly instructions: string;
  /** Running summary of what no longer fits, or null. */
  readonly summary: string | null;
  /** Oldest first; starts with a customer's item. */
  readonly history: readonly HistoryItem[];
  /** The joined messages of this turn. */
  readonly text: string;
  readonly model: string;
  /** Null: left out. */
  readonly temperature: number | null;
  readonly maxTokens: number;
  readonly timeoutMs: Milliseconds;
}

export interface SummaryRequest {
  readonly previous: string | null;
  readonly items: readonly HistoryItem[];
  readonly model: string;
  readonly timeoutMs: Milliseconds;
}

export interface MediaRequest {
  readonly kind: 'audio' | 'image';
  readonly mimeType: string;
  readonly bytes: Uint8Array;
  readonly caption: string;
  readonly model: string;
  readonly timeoutMs: Milliseconds;
}

export interface AiUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * `refused`: retrying does not help until a person changes something (wrong key, spent quota, unknown model, bad request): verdict NOT
 * REPLYING and an alert. `passing`: retry with jitter, not before `retryAfterMs`. `no-answer`: the service answered, but with nothing
 * to send (blocked, empty, cut): not sent, not retried.
 */
export type AiResult =
  | {
      readonly kind: 'answer';
      readonly text: string;
      readonly usage: AiUsage;
      readonly model: string;
      readonly notes: readonly string[];
    }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  | {
      readonly kind: 'passing';
      readonly code: string;
      readonly reason: string;
      readonly retryAfterMs: Milliseconds | null;
    }
  | { readonly kind: 'no-answer'; readonly code: string; readonly reason: string; readonly usage: AiUsage | null };
