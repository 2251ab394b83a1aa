import { embeddingModelOf } from '../../session/embeddings.ts';
import type { StoredSession } from '../../store/session-store.ts';
import { dayIn, microPerUsd } from '../../store/usage-store.ts';
import type { MasterParts } from '../open-parts.ts';
import { budgetLeft, dayIsSpent } from '../session-costs.ts';

/** What making vectors may cost: a budget of its own a day, within those of session and fleet. */

const charactersPerToken = 3;

/** By how long they are, erring on the side of too much. */
const expectedUsd = (texts: readonly string[], inputPerMillion: number): number =>
  (texts.reduce((sum, text) => sum + text.length, 0) / charactersPerToken / 1_000_000) * inputPerMillion;

/** Why these texts cannot be paid today, in words; null: they can. */
export const unpaidVectors = (
  parts: Pick<MasterParts, 'store' | 'settings' | 'now'>,
  session: StoredSession,
  texts: readonly string[],
  price: { readonly inputPerMillion: number },
): string | null => {
  const { ai, timing } = session.config;
  const model = embeddingModelOf(ai)?.model ?? '';
  const expected = expectedUsd(texts, price.inputPerMillion);
  const day = dayIn(timing.timeZone, parts.now());
  const spent = parts.store.usage.spentOn(session.id, day, model) / microPerUsd;
  if (spent + expected > ai.embeddingsBudgetUsd)
    return `today's budget for vectors is spent ($${ai.embeddingsBudgetUsd.toFixed(2)}, ai_config.embeddingsBudgetUsd)`;
  const left = budgetLeft(parts, session);
  return left !== null && left < expected ? dayIsSpent : null;
};
