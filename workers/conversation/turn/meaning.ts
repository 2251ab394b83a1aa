import { askedDimensions, comparedTexts, embeddingModelOf, isShortQuestion } from '../../../src/session/embeddings.ts';
import { messageOf } from '../../../src/session/fleet-error.ts';
import type { Meant } from '../../../src/session/knowledge.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { smallVector } from '../../../src/session/small-vectors.ts';
import type { EpochMs, Milliseconds } from '../../../src/session/units.ts';
import { createMeaningFinder } from '../../../src/store/knowledge/find-meaning.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';
import type { StoredSession } from '../../../src/store/session-store.ts';
import type { EmbedResult } from '../../ai/ai-provider.ts';
import { bookUsage } from '../core/book-usage.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { embeddingCostOf } from '../limits/price-table.ts';
import { typedWords } from './joined-words.ts';
import { saidBefore } from './knowledge.ts';
import { recall } from './memory.ts';

/** What means the same as a customer's question, for one turn. Loaded by sessions that compare meaning, and by nobody else. */

/** A customer waits: later than this, words alone answer. */
const answerWithin: Milliseconds = 2000;
/** A service that failed is left alone for a while: each turn would wait for it in vain. */
const pauseAfter: Milliseconds = 60_000;
const pauseAfterRefusal: Milliseconds = 15 * 60_000;

interface Pause {
  readonly until: EpochMs;
  readonly revision: number;
  readonly reason: string;
}
const pauses = new WeakMap<EngineCore, Pause>();

const nothing: Meant = { passages: null, problem: null };
const wordsOnly = (problem: string): Meant => ({ passages: null, problem });

/** What the messages ask, with what was said before where they say little. Empty: nothing. */
const questionOf = (
  core: EngineCore,
  conversationId: number,
  messages: readonly StoredMessage[],
  session: StoredSession,
): readonly string[] => {
  const text = typedWords(messages);
  if (comparedTexts(text, '').length === 0) return [];
  const conversation = isShortQuestion(text) ? core.store.conversations.get(conversationId) : null;
  const before = conversation === null ? '' : saidBefore(recall(core, conversation, messages, session).kept);
  return comparedTexts(text, before);
};

/** As soon as it is known, also where the turn waits no more. */
const book = (core: EngineCore, session: StoredSession, conversationId: number, result: EmbedResult): void => {
  const usage = 'usage' in result ? (result.usage ?? null) : null;
  const wanted = embeddingModelOf(session.config.ai);
  if (usage !== null && wanted !== null) bookUsage(core, conversationId, wanted.model, usage, session, embeddingCostOf);
};

const ask = async (
  core: EngineCore,
  session: StoredSession,
  conversationId: number,
  texts: readonly string[],
): Promise<EmbedResult | 'late'> => {
  const model = embeddingModelOf(session.config.ai)?.model ?? '';
  const provider = core.ai.provider(session);
  const request = { texts, as: 'question', model, dimensions: askedDimensions, timeoutMs: answerWithin } as const;
  const asked = core.ai.ask<EmbedResult>(answerWithin, async (signal) =>
    provider.embed === undefined
      ? { kind: 'refused', scope: 'account', code: 'unsupported', reason: 'this AI service makes no vectors' }
      : provider.embed(request, signal),
  );
  const booked = asked.then((result) => {
    if (!core.link.isStopping) book(core, session, conversationId, result);
    return result;
  });
  booked.catch((error: unknown) => core.log.warn('a vector was not booked', { reason: messageOf(error) }));

  const late = Promise.withResolvers<'late'>();
  const cancel = core.clock.after(answerWithin, () => late.resolve('late'));
  try {
    return await Promise.race([booked, late.promise]);
  } finally {
    cancel();
  }
};

const find = async (core: EngineCore, conversationId: number, messages: readonly StoredMessage[]): Promise<Meant> => {
  const session = core.current();
  const wanted = embeddingModelOf(session.config.ai);
  if (wanted === null) return nothing;
  const finder = createMeaningFinder(core.store.database);
  if (!finder.has(session.id, wanted.key)) return nothing;
  const texts = questionOf(core, conversationId, messages, session);
  if (texts.length === 0) return nothing;

  const pause = pauses.get(core);
  if (pause !== undefined && pause.revision === session.revision && pause.until > core.clock.now())
    return wordsOnly(pause.reason);
  const result = await ask(core, session, conversationId, texts);
  const leaveAlone = (reason: string, forMs: Milliseconds): void =>
    void pauses.set(core, { until: core.clock.now() + forMs, revision: session.revision, reason });
  if (result !== 'late' && result.kind === 'answer') {
    const meant = finder.nearest(session.id, wanted.key, result.vectors.map(smallVector));
    // Until a person has all of them made anew, what it sends is of no use.
    if (meant.problem !== null) leaveAlone(meant.problem, pauseAfterRefusal);
    return meant;
  }

  const isRefused = result !== 'late' && result.kind === 'refused';
  const reason = plainText(
    result === 'late' ? `the AI service gave no vector within ${answerWithin / 1000} s` : result.reason,
  );
  // Only this question is refused: the next one may be taken.
  if (result === 'late' || result.kind !== 'refused' || result.scope === 'account')
    leaveAlone(reason, isRefused ? pauseAfterRefusal : pauseAfter);
  return wordsOnly(reason);
};

/** Never rejects: words alone are an answer, and the turn says so. */
export const meantBy = async (
  core: EngineCore,
  conversationId: number,
  messages: readonly StoredMessage[],
): Promise<Meant> => {
  try {
    return await find(core, conversationId, messages);
  } catch (error) {
    const reason = plainText(messageOf(error));
    core.log.warn('the meaning of a question could not be compared', { reason });
    return wordsOnly(reason);
  }
};
