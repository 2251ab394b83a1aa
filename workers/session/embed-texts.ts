import type { BilledCall } from '../../src/protocol/rehearse.ts';
import { askedDimensions } from '../../src/session/embeddings.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { packVectors, type SmallVector, smallVector } from '../../src/session/small-vectors.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import type { AiProvider, EmbedRequest, EmbedResult } from '../ai/ai-provider.ts';
import { embeddingCostOf, type PriceTable } from '../conversation/limits/price-table.ts';

/** Has vectors made of texts, some of which the model may not take: a text that is too long is cut, and the others do not suffer from it. */

export interface EmbeddingParts {
  readonly provider: AiProvider;
  readonly model: string;
  readonly prices: PriceTable;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Characters that the model was found to take; it is learnt once. */
  longest: number;
  /** It has made a vector: what it refuses then is a text's fault. */
  isProven: boolean;
}

export interface EmbedQuestion {
  readonly as: EmbedRequest['as'];
  readonly texts: readonly string[];
  readonly timeoutMs: Milliseconds;
}

export type EmbedOutcome =
  | { readonly kind: 'embedded'; readonly dimensions: number; readonly vectors: string; readonly calls: BilledCall[] }
  | {
      readonly kind: 'problem';
      readonly isPassing: boolean;
      readonly code: string;
      readonly reason: string;
      readonly retryAfterMs: Milliseconds | null;
      readonly calls: BilledCall[];
    };

/** A text that is refused even so short is left out: it is found by its words. */
const shortestCut = 60;

/** What every service takes. */
const plainest = 'ok';

type Failure = Exclude<EmbedResult, { readonly kind: 'answer' }>;
/** Null: no vector for this text. */
type Made = readonly (SmallVector | null)[];

/** Cut where no pair of surrogates is parted. */
const cutTo = (text: string, length: number): string => text.slice(0, length).toWellFormed();

const isFailure = (made: Made | Failure): made is Failure => !Array.isArray(made);

const ask = async (
  parts: EmbeddingParts,
  { as, texts, timeoutMs }: EmbedQuestion,
  bill: (result: EmbedResult) => void,
): Promise<EmbedResult> => {
  const { provider, model, signal } = parts;
  if (provider.embed === undefined)
    return { kind: 'refused', scope: 'account', code: 'unsupported', reason: 'this AI service makes no vectors' };
  const result = await provider.embed({ texts, as, model, dimensions: askedDimensions, timeoutMs }, signal);
  bill(result);
  if (result.kind === 'answer') parts.isProven = true;
  return result;
};

const make = async (
  parts: EmbeddingParts,
  question: EmbedQuestion,
  bill: (result: EmbedResult) => void,
): Promise<Made | Failure> => {
  const texts = question.texts.map((text) => cutTo(text, parts.longest));
  const result = await ask(parts, { ...question, texts }, bill);
  if (result.kind === 'answer') return result.vectors.map(smallVector);
  if (result.kind !== 'refused' || result.scope !== 'request') return result;

  // A service that refuses everything is asked once more, and not for each text.
  if (!parts.isProven && (await ask(parts, { ...question, texts: [plainest] }, bill)).kind !== 'answer') return result;

  // One of these texts, or all of them together: found by halves.
  const [only] = texts;
  if (texts.length > 1) {
    const middle = Math.ceil(texts.length / 2);
    const first = await make(parts, { ...question, texts: texts.slice(0, middle) }, bill);
    if (isFailure(first)) return first;
    const second = await make(parts, { ...question, texts: texts.slice(middle) }, bill);
    return isFailure(second) ? second : [...first, ...second];
  }
  const isLength = ['too-long', 'too-large'].includes(result.code);
  if (only === undefined || only.length <= shortestCut || !isLength) return [null];
  parts.longest = Math.max(shortestCut, Math.ceil(only.length / 2));
  return make(parts, { ...question, texts: [only] }, bill);
};

const noDirection = (dimensions: number): SmallVector => ({ bytes: new Int8Array(dimensions), inverse: 0 });

export const embedTexts = async (parts: EmbeddingParts, question: EmbedQuestion): Promise<EmbedOutcome> => {
  const calls: BilledCall[] = [];
  const bill = (result: EmbedResult): void => {
    const usage = 'usage' in result ? (result.usage ?? null) : null;
    if (usage === null) return;
    const day = new Date(parts.now()).toISOString().slice(0, 10);
    const { usd } = embeddingCostOf(parts.prices, parts.model, usage, day);
    calls.push({ model: parts.model, ...usage, costUsd: usd });
  };

  const made = await make(parts, question, bill);
  if (isFailure(made)) {
    const { code, reason } = made;
    const retryAfterMs = made.kind === 'passing' ? made.retryAfterMs : null;
    return {
      kind: 'problem',
      isPassing: made.kind === 'passing',
      code,
      reason: plainText(reason),
      retryAfterMs,
      calls,
    };
  }
  const dimensions = made.find((vector) => vector !== null)?.bytes.length ?? askedDimensions;
  if (made.some((vector) => vector !== null && vector.bytes.length !== dimensions))
    return {
      kind: 'problem',
      isPassing: true,
      code: 'garbled',
      reason: 'the AI service sent vectors of several lengths',
      retryAfterMs: null,
      calls,
    };
  const packed = packVectors(made.map((vector) => vector ?? noDirection(dimensions)));
  return { kind: 'embedded', dimensions, vectors: Buffer.from(packed).toString('base64'), calls };
};
