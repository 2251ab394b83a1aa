import type { AiProviderName } from '../../src/session/session-config.ts';
import type { EpochMs, Milliseconds } from '../../src/session/units.ts';

/** One AI service, whatever its wire format. `openai`, `gemini`, `webhook`, `echo` and `none` stand behind it; the pipeline knows none of them. */
export interface AiProvider {
  readonly name: AiProviderName;
  /** How the service was found to speak, in words; null before the first call, and where there is only one way. */
  readonly spoken?: () => string | null;
  /** One answer. Never throws for what the service says: that is a `failed` result; rejects only when `signal` aborts. */
  answer(request: AiRequest, signal: AbortSignal): Promise<AiResult>;
  /** A running summary of what falls out of the history, in the language of the conversation. */
  summarize(request: SummaryRequest, signal: AbortSignal): Promise<AiTextResult>;
  /** Text of a voice message, a description of a picture, what a document says; `unsupported` where the service cannot read it. */
  describe(request: MediaRequest, signal: AbortSignal): Promise<AiTextResult>;
  /** Says a text as a voice note: Opus in Ogg, as WhatsApp plays it. Left out where the service does not speak so. */
  readonly speak?: (request: SpeechRequest, signal: AbortSignal) => Promise<SpeechResult>;
  /** Turns texts into vectors, by which what means the same can be found. Left out where the service makes none. */
  readonly embed?: (request: EmbedRequest, signal: AbortSignal) => Promise<EmbedResult>;
}

export interface EmbedRequest {
  /** At least one, none of them empty. */
  readonly texts: readonly string[];
  /** Some models turn a question another way than what answers it. */
  readonly as: 'passage' | 'question';
  readonly model: string;
  /** Numbers of a vector that are wanted; a service that knows but one length gives that. */
  readonly dimensions: number;
  readonly timeoutMs: Milliseconds;
}

export interface SpeechRequest {
  readonly text: string;
  readonly voice: string;
  readonly timeoutMs: Milliseconds;
}

export interface HistoryItem {
  readonly role: 'customer' | 'assistant';
  readonly text: string;
  /** When it was written. */
  readonly at?: EpochMs;
  /** The program's line before it (`2 days later, Saturday 28 Nov 16:40`): given on the side of the instructions. */
  readonly note?: string | null;
}

/** Something that the model may call instead of answering. */
export interface AiTool {
  readonly name: string;
  /** When to call it, for the model. */
  readonly description: string;
  /** JSON schema of the arguments: an object. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** One call of a tool as the model wrote it. */
export interface AiCall {
  /** The service's own name for it; null where it gives none. */
  readonly id: string | null;
  readonly name: string;
  readonly arguments: unknown;
  /** What the service wants to see again with the call (Gemini's thought signature). */
  readonly signature: string | null;
}

/** Calls that were made since the customer's messages, and what the tools said: data, whatever stands in it. */
export interface ToolRound {
  /** What the model said beside its calls. */
  readonly text: string | null;
  readonly calls: readonly (AiCall & { readonly output: string })[];
}

/** Which question of whose this is, for a brain of the operator's own. */
export interface AskedTurn {
  /** The same however often it is asked. */
  readonly key: string;
  /** In the store. */
  readonly turnId: number;
  readonly session: string;
  readonly customer: { readonly chatId: string; readonly phone: string | null; readonly name: string | null };
  /** A mystery customer's: nothing is to be done for it. */
  readonly isTest: boolean;
}

export interface AiRequest {
  /** Variables are already filled in. */
  readonly instructions: string;
  /** The program's own lines (date, opening hours); given on the side of the instructions, never among what customers said. */
  readonly context: string;
  /** Running summary of what no longer fits, or null. */
  readonly summary: string | null;
  /** Oldest first; starts with a customer's item. */
  readonly history: readonly HistoryItem[];
  /** Quoted material that may help to answer, before the messages of this turn: data, whoever wrote it. */
  readonly material?: string | null;
  /** The joined messages of this turn. */
  readonly text: string;
  /** The program's line before them, as in the history. */
  readonly note?: string | null;
  readonly model: string;
  /** Null: left out. */
  readonly temperature: number | null;
  readonly maxTokens: number;
  readonly timeoutMs: Milliseconds;
  readonly tools?: readonly AiTool[];
  /** What was called since, oldest first. */
  readonly rounds?: readonly ToolRound[];
  /** The tools are shown because of `rounds`, and none may be called any more. */
  readonly mayCall?: boolean;
  /** Left out: nobody's, as where a session is tried. */
  readonly about?: AskedTurn;
}

export interface SummaryRequest {
  readonly previous: string | null;
  readonly items: readonly HistoryItem[];
  readonly model: string;
  readonly timeoutMs: Milliseconds;
}

export interface MediaRequest {
  /** `document`: a PDF. */
  readonly kind: 'audio' | 'image' | 'document';
  readonly mimeType: string;
  readonly bytes: Uint8Array;
  /** As the customer named the file. */
  readonly fileName?: string | null;
  readonly caption: string;
  readonly model: string;
  readonly timeoutMs: Milliseconds;
}

export interface AiUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** `account`: nobody of this session is answered until a person changes something. `request`: only this one request is refused. */
export type RefusalScope = 'request' | 'account';

/**
 * `tool`: the model calls one of the request's tools; its arguments are checked by the caller, `text` is what it said besides.
 * `refused`: retrying the same does not help. `passing`: retry with jitter, not before `retryAfterMs`. `no-answer`: the service answered,
 * but with nothing to send (`empty`, `thinking-only`, `malformed`, `blocked`, `cut-short`, `unsupported` …): not sent, not retried.
 */
export type AiResult =
  | {
      readonly kind: 'answer';
      readonly text: string;
      readonly usage: AiUsage;
      readonly model: string;
      readonly notes: readonly string[];
      /** What the service carried out itself: an answer that says so is true. */
      readonly acted?: readonly string[];
    }
  | {
      readonly kind: 'tool';
      /** Of the first call. */
      readonly name: string;
      readonly arguments: unknown;
      /** All of them; left out where there is but one. */
      readonly calls?: readonly AiCall[];
      readonly text: string | null;
      readonly usage: AiUsage;
      readonly model: string;
      readonly notes: readonly string[];
    }
  | {
      readonly kind: 'refused';
      readonly scope: RefusalScope;
      readonly code: string;
      readonly reason: string;
      /** What a first try cost before the second one failed. */
      readonly usage?: AiUsage;
    }
  | {
      readonly kind: 'passing';
      readonly code: string;
      readonly reason: string;
      readonly retryAfterMs: Milliseconds | null;
      readonly usage?: AiUsage;
    }
  | { readonly kind: 'no-answer'; readonly code: string; readonly reason: string; readonly usage: AiUsage | null };

export type PassingFault = Extract<AiResult, { readonly kind: 'passing' }>;

/** Every call that a result asks for, in the order in which the model wrote them. */
export const callsOf = (result: Extract<AiResult, { readonly kind: 'tool' }>): readonly AiCall[] =>
  result.calls ?? [{ id: null, name: result.name, arguments: result.arguments, signature: null }];

/** A spoken text; its usage is estimated from its length where the service tells none. */
export type SpokenAnswer = Extract<AiResult, { readonly kind: 'answer' }> & { readonly bytes: Uint8Array };
export type SpeechResult = SpokenAnswer | Exclude<AiTextResult, { readonly kind: 'answer' }>;

/** A vector for each text in their order: finite numbers, all of one length. Usage is estimated where the service tells none. */
export type Embedded = Extract<AiResult, { readonly kind: 'answer' }> & {
  readonly vectors: readonly (readonly number[])[];
};
export type EmbedResult = Embedded | Exclude<AiTextResult, { readonly kind: 'answer' }>;

/** What is asked without tools is never answered with one. */
export type AiTextResult = Exclude<AiResult, { readonly kind: 'tool' }>;
