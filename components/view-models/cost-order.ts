import type { TurnRecord, UsageDay } from '../../src/session/records.ts';
import { folded } from '../../src/words/written/reading.ts';
import { firstFitting } from '../paint/ends.ts';
import { keyLine } from '../paint/key-line.ts';
import { type Line, span } from '../paint/line.ts';
import type { BotCost } from './cost.ts';
import type { View } from './view.ts';

/** In which order the lists of costs stand: bots by what they cost, days and answers by when they were. */

export type BotOrder = 'price' | 'name' | 'budget';
export type DatedOrder = 'newest' | 'price';

/** The budget is an order only where a bot has one. */
export const nextBotOrder = (order: BotOrder, hasBudgets: boolean): BotOrder => {
  if (order === 'price') return 'name';
  return order === 'name' && hasBudgets ? 'budget' : 'price';
};

export const nextDatedOrder = (order: DatedOrder): DatedOrder => (order === 'newest' ? 'price' : 'newest');

/** `costs` come with the dearest first; `budgets`: of a day, by name. Bots without one stand last. */
export const inBotOrder = (
  costs: readonly BotCost[],
  order: BotOrder,
  budgets: ReadonlyMap<string, number>,
): readonly BotCost[] => {
  if (order === 'price') return costs;
  if (order === 'name') {
    const words = new Map(costs.map((bot) => [bot, folded(bot.label)]));
    const word = (bot: BotCost): string => words.get(bot) ?? '';
    return [...costs].sort((a, b) => (word(a) === word(b) ? (a.name < b.name ? -1 : 1) : word(a) < word(b) ? -1 : 1));
  }

  const used = ({ name, costUsd }: BotCost): number => {
    const budget = budgets.get(name);
    // A budget of nothing is used up by anything.
    return budget === undefined ? -1 : costUsd / Math.max(budget, 1e-9);
  };
  return [...costs].sort((a, b) => used(b) - used(a));
};

/** `all` come with the newest first. */
export const inDatedOrder = <T extends UsageDay | TurnRecord>(all: readonly T[], order: DatedOrder): readonly T[] =>
  order === 'newest' ? all : [...all].sort((a, b) => b.costUsd - a.costUsd);

/** `dearest first   o sort`, as much of it as has room. */
export const orderWords = (view: View, order: BotOrder | DatedOrder, room: number): Line => {
  const words = span(view.t.cost.order[order], 'muted');
  return firstFitting([[words, span('   '), ...keyLine([['o', view.t.foot.sort.short]])], [words]], room);
};
