import type { StoredConversation } from '../../../src/store/conversation-store.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';
import type { StoredSession } from '../../../src/store/session-store.ts';
import { bookUsage } from '../core/book-usage.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { type FittedHistory, fitHistory, historyHash } from './history.ts';
import { historyItems, sha256 } from './history-items.ts';

/** The memory of one conversation: what the AI is given, what falls into the summary, and what that costs. */

/** Messages looked at; the token bound is usually reached long before. */
const depth = 400;

export interface Recalled extends FittedHistory {
  readonly summary: string | null;
  readonly from: number | null;
  readonly to: number | null;
  readonly hash: string;
}

/** History before the messages of this turn. */
export const recall = (
  core: EngineCore,
  conversation: StoredConversation,
  turn: readonly StoredMessage[],
  { config: { ai, timing } }: Pick<StoredSession, 'config'>,
): Recalled => {
  const { historyTokens } = ai;
  const { timeZone } = timing;
  const after = Math.max(conversation.summaryThrough, conversation.historyFrom - 1);
  const inTurn = new Set(turn.map((message) => message.seq));
  const said = core.store.messages
    .history(conversation.id, after, Number.MAX_SAFE_INTEGER, depth)
    .filter((message) => !inTurn.has(message.seq) && message.outcome !== 'pending');
  const items = historyItems(said, timeZone);
  const summary = historyTokens === 0 ? null : conversation.contextSummary;
  const fitted = fitHistory(items, { maxTokens: historyTokens, summary });
  const first = fitted.kept[0];
  const newest = fitted.kept.at(-1);
  return {
    ...fitted,
    summary,
    from: first === undefined ? null : Number(first.id),
    to: newest === undefined ? null : Number(newest.id),
    hash: historyHash(summary, fitted.kept, sha256),
  };
};

/** Folds what fell out of the history into the running summary. Best effort: what is not summarised now falls out again next time. */
export const summarizeFallen = async (
  core: EngineCore,
  conversation: StoredConversation,
  recalled: Recalled,
  model: string,
  session: StoredSession,
): Promise<void> => {
  const last = recalled.fallen.at(-1);
  // Answers alone (an away message before the first question) are not worth a call.
  if (last === undefined || recalled.fallen.every((item) => item.role === 'assistant')) return;
  // A brain of the operator's own remembers by itself what is no longer told.
  if (session.config.ai.provider === 'webhook' || core.summarizing.has(conversation.id)) return;
  core.summarizing.add(conversation.id);
  const { timeoutMs } = session.config.ai;
  const provider = core.ai.provider(session);
  const result = await core.ai
    .ask(timeoutMs, (signal) =>
      provider.summarize({ previous: recalled.summary, items: recalled.fallen, model, timeoutMs }, signal),
    )
    .finally(() => core.summarizing.delete(conversation.id));
  if (core.link.isStopping) return;
  if (result.kind !== 'answer') {
    core.log.warn('the running summary was not renewed', { reason: result.reason, conversation: conversation.id });
    return;
  }
  core.store.database.transaction(() => {
    bookUsage(core, conversation.id, result.model, result.usage, session);
    const now = core.store.conversations.get(conversation.id);
    // Somebody cleared the memory meanwhile, or another summary was faster.
    if (
      now === null ||
      now.summaryThrough !== conversation.summaryThrough ||
      now.historyFrom !== conversation.historyFrom
    )
      return;
    // Deleted while it was being summarised: what is left falls out again next time.
    if (recalled.fallen.some(({ id }) => core.store.messages.get(Number(id))?.deletedAt !== null)) return;
    core.store.conversations.setSummary(conversation.id, result.text, Number(last.id), core.clock.now());
  });
};
