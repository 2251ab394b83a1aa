import type { DailyBudget, UsageShare } from '../../../src/protocol/history.ts';
import type { UsageDay } from '../../../src/session/records.ts';
import { hours } from './fake-fleet.ts';

/** What the AI cost. */

/** Forty days, the newest first; one of them over the budget of five dollars. */
export const usedDays: readonly UsageDay[] = Array.from({ length: 40 }, (_, ago) => {
  const day = new Date(Date.parse('2026-11-22T12:00:00Z') - hours(24 * ago)).toISOString().slice(0, 10);
  if (ago === 0) return { day, calls: 31, inputTokens: 41_000, outputTokens: 2100, costUsd: 1.84 };
  if (ago === 1) return { day, calls: 55, inputTokens: 70_000, outputTokens: 4100, costUsd: 2.35 };
  const costUsd = ago === 8 ? 5.7 : 2.2 + ((ago * 37) % 19) / 10;
  return { day, calls: Math.round(costUsd * 24), inputTokens: 60_000, outputTokens: 3900, costUsd };
});

export const shares = (...parts: readonly (readonly [of: string, percent: number])[]): readonly UsageShare[] =>
  parts.map(([of, percent]) => ({
    of,
    calls: percent * 9,
    inputTokens: percent * 1200,
    outputTokens: percent * 60,
    costUsd: percent * 0.9,
  }));
export const sharesOfSessions = shares(
  ['loja-centro', 31],
  ['barbearia-do-ze', 22],
  ['pizzaria-roma', 18],
  ['gone-for-good', 9],
);

/** Some are kept, some nearly spent, some spent. */
export const dailyBudgets: readonly DailyBudget[] = [
  { name: 'barbearia-do-ze', usd: 1 },
  { name: 'loja-centro', usd: 0.5 },
  { name: 'farmacia-vida', usd: 0.5 },
  { name: 'hamburgueria-beto', usd: 0.5 },
  { name: 'contabil-exata', usd: 0.4 },
  { name: 'sabor-mineiro', usd: 0.5 },
  { name: 'sushi-tokyo', usd: 0.35 },
  { name: 'nutri-juliana', usd: 1 },
];
