import type { StoredSession } from '../../../src/store/session-store.ts';
import { type MicroUsd, microPerUsd } from '../../../src/store/usage-store.ts';
import type { AiUsage } from '../../ai/ai-provider.ts';
import { budgetDay } from '../limits/budget.ts';
import { costOf, priceTable } from '../limits/price-table.ts';
import type { EngineCore } from './engine-core.ts';

/** Books what a call for this chat cost; returns it. What a mystery customer costs is on its turn, and on no bill. */
export const bookUsage = (
  core: EngineCore,
  conversationId: number,
  model: string,
  usage: AiUsage,
  session: StoredSession = core.current(),
  costs: typeof costOf = costOf,
): MicroUsd => {
  const now = core.clock.now();
  const day = new Date(now).toISOString().slice(0, 10);
  const costMicroUsd = Math.round(costs(priceTable(core.settings.prices), model, usage, day).usd * microPerUsd);
  if (core.store.probes.isProbe(conversationId)) return costMicroUsd;
  core.store.usage.add(
    {
      sessionId: session.id,
      day: budgetDay(session.config.timing.timeZone, now),
      provider: session.config.ai.provider,
      model,
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
      costMicroUsd,
    },
    now,
  );
  return costMicroUsd;
};
