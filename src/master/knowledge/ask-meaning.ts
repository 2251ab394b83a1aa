import { comparedTexts, embeddingModelOf } from '../../session/embeddings.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { Meant } from '../../session/knowledge.ts';
import { plainText } from '../../session/plain-text.ts';
import type { Milliseconds } from '../../session/units.ts';
import { createMeaningFinder } from '../../store/knowledge/find-meaning.ts';
import type { StoredSession } from '../../store/session-store.ts';
import { bookCalls, budgetLeft, dayIsSpent } from '../session-costs.ts';
import { sideEnvironment } from '../worker-environment.ts';
import { type EmbedProcess, startEmbedding } from './embed-process.ts';
import type { MeaningParts } from './make-vectors.ts';

/** What means the same as a question that no customer asks now: of a search, of a rehearsal. Its process begins with the first question. */
export interface MeaningAsker {
  /** Never rejects: without it words answer. */
  ask(text: string, before?: string): Promise<Meant>;
  end(): Promise<void>;
}

/** An operator waits, and no customer. */
const answerWithin: Milliseconds = 10_000;
const nothing: Meant = { passages: null, problem: null };

export const createMeaningAsker = (
  parts: Omit<MeaningParts, 'jobs' | 'log'>,
  session: StoredSession,
  start: typeof startEmbedding = startEmbedding,
): MeaningAsker => {
  const { store } = parts;
  const finder = createMeaningFinder(store.database);
  const { ai } = session.config;
  const wanted = embeddingModelOf(ai);
  let child: Promise<EmbedProcess> | null = null;

  const ask = async (texts: readonly string[]): Promise<Meant> => {
    if (wanted === null) return nothing;
    child ??= start({ id: session.id, ai }, sideEnvironment(parts.config, parts.paths));
    const embedder = await child;
    const left = budgetLeft(parts, session);
    if (left !== null && left <= 0) return { passages: null, problem: dayIsSpent };
    const answer = await embedder.embed({
      as: 'question',
      texts,
      timeoutMs: Math.min(answerWithin, ai.timeoutMs),
    });
    store.database.transaction(() => bookCalls(parts, session, wanted.provider, answer.calls));
    if (answer.kind === 'problem') return { passages: null, problem: plainText(answer.reason) };
    return finder.nearest(session.id, wanted.key, answer.vectors);
  };

  return {
    ask: async (text, before = '') => {
      const texts = comparedTexts(text, before);
      if (wanted === null || texts.length === 0 || !finder.has(session.id, wanted.key)) return nothing;
      try {
        return await ask(texts);
      } catch (error) {
        child = null;
        return { passages: null, problem: plainText(messageOf(error)) };
      }
    },
    end: async () => {
      const embedder = await child?.catch(() => null);
      await embedder?.end();
    },
  };
};
