import { termsIn } from './knowledge-words.ts';
import type { AiConfig } from './session-config.ts';

/** Passages that are found by what they mean: which model turns texts into vectors, and how much of it is asked for. Pure. */

/** Numbers of one vector, where the service lets us choose. */
export const askedDimensions = 256;
/** Some services have one length for everybody; a longer vector than this is not kept. */
export const mostDimensions = 2048;
/** Texts of one call: Gemini takes 100. */
export const textsPerCall = 96;
/** Characters of a question that are compared; a customer may paste a book. */
export const longestQuestion = 2000;

/** A passage is nearer to the question than passages are to questions about nothing of theirs, by this share of what is possible. */
export const leastCloseness = 0.1;
/** From here on a passage counts as an answer although it shares few words with the question. */
export const answeredCloseness = 0.25;

/** By each service's small current model, on 2026-11-30. */
export const defaultEmbeddings = {
  openai: 'text-embedding-3-small',
  gemini: 'gemini-embedding-001',
} as const;

/** What a service sends can be compared with nothing that it sent before. */
export const anotherLength = (found: number, known: number): string =>
  `the AI service sends vectors of ${found} numbers now, and of ${known} before: turn ai_config.embeddings off and on to make all of them anew`;
export const wrongCount = 'the AI service sent fewer or more vectors than texts';

export interface EmbeddingModel {
  readonly provider: keyof typeof defaultEmbeddings;
  readonly model: string;
  /** Vectors of one key can be compared with each other, and with no others. */
  readonly key: string;
}

/** Null: the session compares words alone, because it is set so or because its provider makes no vectors. */
export const embeddingModelOf = (
  ai: Pick<AiConfig, 'provider' | 'embeddings' | 'embeddingsModel' | 'baseUrl'>,
): EmbeddingModel | null => {
  const { provider } = ai;
  if (ai.embeddings === 'off' || (provider !== 'openai' && provider !== 'gemini')) return null;
  const model = ai.embeddingsModel ?? defaultEmbeddings[provider];
  // Another service may call another model by the same name, or answer with its own whatever it is asked for.
  const where = ai.baseUrl === null ? '' : `@${ai.baseUrl}`;
  return { provider, model, key: `${provider}/${model}/${askedDimensions}${where}` };
};

/** A question of fewer telling words is understood from what was said before it. */
const fewWords = 3;

export const isShortQuestion = (text: string): boolean => termsIn(text, fewWords).length < fewWords;

const cutQuestion = (text: string): string => text.trim().slice(-longestQuestion).toWellFormed();

/**
 * A question as its meaning is compared: alone, and behind it, where it has few words, with what was said before. Empty: it asks nothing (`oi, tudo
 * bem?`), and nobody is asked for a vector of it.
 */
export const comparedTexts = (text: string, before: string): readonly string[] => {
  if (termsIn(text, 1).length === 0) return [];
  const isBefore = before.trim() !== '' && isShortQuestion(text);
  return [cutQuestion(text), ...(isBefore ? [cutQuestion(`${before}\n${text}`)] : [])];
};
