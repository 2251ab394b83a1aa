import type { AiConfig } from '../../../src/session/session-config.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import { localTime, nextDayStart } from './local-time.ts';

/** The money guard: what one more AI call may cost, by what the session and the fleet have spent today. */

export interface Spending {
  readonly spentUsd: number;
  /** Dollars a day; null: no limit. */
  readonly budgetUsd: number | null;
}

export interface BudgetInput {
  readonly session: Spending;
  readonly fleet: Spending;
  readonly ai: Pick<AiConfig, 'cheapModel' | 'overBudget'>;
  /** The model that would be used without a budget. */
  readonly model: string;
}

export interface BudgetWarning {
  readonly whose: 'session' | 'fleet';
  /** `near`: past 80 %. `spent`: at or past the whole. */
  readonly level: 'near' | 'spent';
  readonly spentUsd: number;
  readonly budgetUsd: number;
}

export type BudgetDecision =
  /** Call the AI with `model`; `cheaper` when that is not the model configured. */
  | { readonly kind: 'go'; readonly model: string; readonly cheaper: boolean; readonly warning: BudgetWarning | null }
  /** No call until the budget's next day, or a raised budget. */
  | { readonly kind: 'hold'; readonly warning: BudgetWarning };

/** Share of a budget from which on it warns and a cheaper model (where one is set) is used. */
const warningShare = 0.8;

const warningOf = (whose: BudgetWarning['whose'], { spentUsd, budgetUsd }: Spending): BudgetWarning | null => {
  if (budgetUsd === null || spentUsd < budgetUsd * warningShare) return null;
  return { whose, level: spentUsd >= budgetUsd ? 'spent' : 'near', spentUsd, budgetUsd };
};

/**
 * What to do before an AI call. Nothing warned: go. Near the limit: go, with the cheaper model if there is one. Spent: as
 * `overBudget` says: `warn` goes on with the model configured, `cheaper` with the cheaper one (without one: it holds, since going on
 * as before would not be cheaper), `hold` holds. The fleet's budget counts like the session's; the worse of the two decides.
 */
export const decideBudget = ({ session, fleet, ai, model }: BudgetInput): BudgetDecision => {
  const warnings = [warningOf('session', session), warningOf('fleet', fleet)].filter((w) => w !== null);
  const warning = warnings.find((w) => w.level === 'spent') ?? warnings[0] ?? null;
  const go = (chosen: string): BudgetDecision => ({ kind: 'go', model: chosen, cheaper: chosen !== model, warning });
  if (warning === null) return go(model);
  if (warning.level === 'near') return go(ai.cheapModel ?? model);
  if (ai.overBudget === 'warn') return go(model);
  if (ai.overBudget === 'cheaper' && ai.cheapModel !== null) return go(ai.cheapModel);
  return { kind: 'hold', warning };
};

/** The day to which a cost at `at` is booked: the local date in `timeZone`, `2026-11-22`. */
export const budgetDay = (timeZone: string, at: EpochMs): string => localTime(timeZone, at).date;

/** When a spent budget is fresh again. */
export const budgetRenewsAt = (timeZone: string, at: EpochMs): EpochMs => nextDayStart(timeZone, at);
