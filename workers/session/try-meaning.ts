import { askedDimensions, comparedTexts, embeddingModelOf } from '../../src/session/embeddings.ts';
import type { Meant } from '../../src/session/knowledge.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { smallVector } from '../../src/session/small-vectors.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import { createMeaningFinder } from '../../src/store/knowledge/find-meaning.ts';
import type { StoredSession } from '../../src/store/session-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { AiProvider, AiUsage } from '../ai/ai-provider.ts';

/** What means the same as a question, in a talk without a phone. */

/** As a turn waits for it. */
const answerWithin: Milliseconds = 2000;

export interface TriedMeaning {
  readonly meant: Meant;
  /** Null: nothing is billed. */
  readonly usage: (AiUsage & { readonly model: string }) | null;
}

export const tryMeaning = async (
  parts: {
    readonly session: StoredSession;
    readonly store: Store;
    readonly provider: AiProvider;
    readonly signal: AbortSignal;
  },
  text: string,
  before: string,
): Promise<TriedMeaning> => {
  const { session, store, provider, signal } = parts;
  const wanted = embeddingModelOf(session.config.ai);
  const texts = comparedTexts(text, before);
  const finder = createMeaningFinder(store.database);
  if (wanted === null || texts.length === 0 || provider.embed === undefined || !finder.has(session.id, wanted.key))
    return { meant: { passages: null, problem: null }, usage: null };

  const { model, key } = wanted;
  const request = { texts, as: 'question', model, dimensions: askedDimensions, timeoutMs: answerWithin } as const;
  const result = await provider.embed(request, signal);
  const usage = 'usage' in result && result.usage ? { ...result.usage, model } : null;
  if (result.kind !== 'answer') return { meant: { passages: null, problem: plainText(result.reason) }, usage };
  return { meant: finder.nearest(session.id, key, result.vectors.map(smallVector)), usage };
};
