import type { BilledCall } from '../protocol/rehearse.ts';
import type { StoredSession } from '../store/session-store.ts';
import { dayIn, microPerUsd } from '../store/usage-store.ts';
import type { MasterParts } from './open-parts.ts';

/** What the master has a session's AI asked, beside customers: within its budgets, and booked as its cost. */

export const dayIsSpent = "today's AI budget is spent";
export const nightIsSpent = "the night's budget is spent";

/** What is left of today's budgets of session and fleet; null: there is none. The budget of the session as it is now, not as it would be. */
export const budgetLeft = (
  { store, settings, now }: Pick<MasterParts, 'store' | 'settings' | 'now'>,
  session: StoredSession,
): number | null => {
  const { ai, timing } = session.config;
  const day = dayIn(timing.timeZone, now());
  const fleetBudget = settings.AI_DAILY_BUDGET_USD ?? null;
  const left = [
    ai.dailyBudgetUsd === null ? null : ai.dailyBudgetUsd - store.usage.spent(session.id, day) / microPerUsd,
    fleetBudget === null ? null : fleetBudget - store.usage.fleetSpent(day) / microPerUsd,
  ].filter((one) => one !== null);
  return left.length === 0 ? null : Math.min(...left);
};

/** Calls of a session's AI that answered no customer, as the session's cost; what they cost together, dollars. */
export const bookCalls = (
  { store, now }: Pick<MasterParts, 'store' | 'now'>,
  session: StoredSession,
  provider: string,
  calls: readonly BilledCall[],
): number => {
  for (const { model, inputTokens, outputTokens, costUsd } of calls)
    store.usage.add(
      {
        sessionId: session.id,
        day: dayIn(session.config.timing.timeZone, now()),
        provider,
        model,
        inputTokens,
        outputTokens,
        costMicroUsd: Math.round(costUsd * microPerUsd),
      },
      now(),
    );
  return calls.reduce((sum, { costUsd }) => sum + costUsd, 0);
};
