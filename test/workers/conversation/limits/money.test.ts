import { describe, expect, it } from 'vitest';
import { defaultModels } from '../../../../src/session/default-models.ts';
import {
  type BudgetInput,
  budgetDay,
  budgetRenewsAt,
  decideBudget,
} from '../../../../workers/conversation/limits/budget.ts';
import {
  costOf,
  defaultPrices,
  priceOf,
  priceOverridesSchema,
  priceTable,
} from '../../../../workers/conversation/limits/price-table.ts';

const today = '2026-11-22';
const usage = { inputTokens: 1_000_000, outputTokens: 500_000 };

describe('what a call costs', () => {
  it('follows the dated list', () => {
    expect(costOf(defaultPrices, 'gpt-5.6-luna', usage, today)).toEqual({ usd: 0.8, known: true });
    expect(costOf(defaultPrices, 'gpt-5.6-luna', usage, '2026-07-30').usd).toBe(0.8);
    expect(costOf(defaultPrices, 'gpt-5.6-luna', usage, '2026-07-29')).toEqual({ usd: 4, known: true });
    expect(costOf(defaultPrices, 'gpt-5.6-luna', usage, '2026-01-01')).toEqual({ usd: 4, known: true });
    expect(costOf(defaultPrices, 'echo', usage, today)).toEqual({ usd: 0, known: true });
  });

  it('prices dated names like their model, and no other name that begins alike', () => {
    expect(priceOf(defaultPrices, 'gpt-5.6-luna-2026-07-09', today)?.inputPerMillion).toBe(0.2);
    expect(priceOf(defaultPrices, 'gpt-5.6-lunatic', today)).toBeNull();
    const table = priceTable([
      { model: 'gpt-5.6-luna-fast', from: '2026-01-01', inputPerMillion: 9, outputPerMillion: 9 },
    ]);
    expect(priceOf(table, 'gpt-5.6-luna-fast', today)?.inputPerMillion).toBe(9);
    expect(priceOf(table, 'gpt-5.6-luna', today)?.inputPerMillion).toBe(0.2);
  });

  it("takes a person's own price first", () => {
    const own = priceOverridesSchema.parse([
      { model: 'gpt-5.6-luna', from: '2026-07-30', inputPerMillion: 1, outputPerMillion: 2 },
    ]);
    expect(costOf(priceTable(own), 'gpt-5.6-luna', usage, today)).toEqual({ usd: 2, known: true });
    const later = priceOverridesSchema.parse([
      { model: 'gpt-5.6-luna', from: '2027-01-01', inputPerMillion: 100, outputPerMillion: 100 },
    ]);
    expect(costOf(priceTable(later), 'gpt-5.6-luna', usage, today).usd).toBe(0.8);
  });

  it('errs on the dear side for a model without a price, and says so', () => {
    const cost = costOf(defaultPrices, 'gpt-9', usage, today);
    expect(cost.known).toBe(false);
    expect(cost.usd).toBeGreaterThanOrEqual(costOf(defaultPrices, 'gpt-5.6-sol', usage, today).usd);
    expect(costOf([], 'x', usage, today)).toEqual({ usd: 0, known: false });
  });

  it('refuses prices that are none', () => {
    expect(
      priceOverridesSchema.safeParse([{ model: 'x', from: 'soon', inputPerMillion: 1, outputPerMillion: 1 }]).success,
    ).toBe(false);
    expect(
      priceOverridesSchema.safeParse([{ model: 'x', from: today, inputPerMillion: -1, outputPerMillion: 1 }]).success,
    ).toBe(false);
  });

  it('knows the default models', () => {
    for (const model of [defaultModels.openai, defaultModels.gemini, defaultModels.echo])
      expect(priceOf(defaultPrices, model, today)).not.toBeNull();
  });
});

describe('the budget', () => {
  const unlimited = { spentUsd: 100, budgetUsd: null };
  const input = (
    spentUsd: number,
    changes: Partial<BudgetInput> = {},
    overBudget: 'warn' | 'cheaper' | 'hold' = 'hold',
    cheapModel: string | null = 'cheap',
  ): BudgetInput => ({
    session: { spentUsd, budgetUsd: 1 },
    fleet: unlimited,
    ai: { cheapModel, overBudget },
    model: 'good',
    ...changes,
  });
  const near = { whose: 'session', level: 'near', spentUsd: 0.8, budgetUsd: 1 };
  const spent = { whose: 'session', level: 'spent', spentUsd: 1, budgetUsd: 1 };

  it.each([
    ['plenty left', input(0.79), { kind: 'go', model: 'good', cheaper: false, warning: null }],
    ['no budget', input(1000, { session: unlimited }), { kind: 'go', model: 'good', cheaper: false, warning: null }],
    ['nearly spent', input(0.8), { kind: 'go', model: 'cheap', cheaper: true, warning: near }],
    [
      'nearly spent, no cheaper model',
      input(0.8, {}, 'hold', null),
      { kind: 'go', model: 'good', cheaper: false, warning: near },
    ],
    ['spent: hold', input(1), { kind: 'hold', warning: spent }],
    ['spent: warn', input(1, {}, 'warn'), { kind: 'go', model: 'good', cheaper: false, warning: spent }],
    ['spent: cheaper', input(1, {}, 'cheaper'), { kind: 'go', model: 'cheap', cheaper: true, warning: spent }],
    ['spent: cheaper, but there is none', input(1, {}, 'cheaper', null), { kind: 'hold', warning: spent }],
    [
      "the fleet's spent",
      input(0, { fleet: { spentUsd: 5, budgetUsd: 5 } }),
      { kind: 'hold', warning: { whose: 'fleet', level: 'spent', spentUsd: 5, budgetUsd: 5 } },
    ],
    [
      "the session's near, the fleet's spent",
      input(0.9, { fleet: { spentUsd: 5, budgetUsd: 5 } }),
      { kind: 'hold', warning: { whose: 'fleet', level: 'spent', spentUsd: 5, budgetUsd: 5 } },
    ],
    [
      'a budget of nothing',
      input(0, { session: { spentUsd: 0, budgetUsd: 0 } }),
      { kind: 'hold', warning: { whose: 'session', level: 'spent', spentUsd: 0, budgetUsd: 0 } },
    ],
  ])('%s', (_, given, expected) => {
    expect(decideBudget(given)).toEqual(expected);
  });

  it('is of a local day', () => {
    const late = Date.parse('2026-11-23T01:30:00Z');
    expect(budgetDay('America/Sao_Paulo', late)).toBe('2026-11-22');
    expect(budgetRenewsAt('America/Sao_Paulo', late)).toBe(Date.parse('2026-11-23T03:00:00Z'));
  });
});
