import type { SessionRow } from '../../src/protocol/fleet.ts';
import { plainText } from '../../src/session/plain-text.ts';
import type { TurnRecord, UsageDay } from '../../src/session/records.ts';
import { meter } from '../paint/charts/meter.ts';
import { dollars, thousands } from '../paint/format.ts';
import { cut, type Line, layout, place, placeLine } from '../paint/line.ts';
import type { View } from './view.ts';

/** What the AI costs: today, by session, and the last answers of one. */

export type TableData = readonly Readonly<Record<string, string>>[];

export const budgetLine = (view: View, cost: number, budget: number | null): Line => {
  const { t } = view;
  const text = t.header.aiToday(dollars(cost), budget === null ? null : dollars(budget));
  if (budget === null || budget <= 0) return layout([place(1, text)], view.columns - 1);
  const at = 1 + text.length + 2;
  return layout([place(1, text), ...placeLine(at, meter(cost / budget, 20))], view.columns - 1);
};

export const byCost = (sessions: readonly SessionRow[]): readonly SessionRow[] =>
  [...sessions].sort((a, b) => b.costTodayUsd - a.costTodayUsd || (a.name < b.name ? -1 : 1));

export const costTable = (rows: readonly SessionRow[], view: View): TableData => {
  const { cost } = view.t;
  const narrow = view.columns < 76;
  return rows.map((row) => ({
    [cost.session]: cut(row.name, narrow ? 14 : 24),
    ...(narrow ? {} : { [cost.provider]: row.provider, [cost.model]: cut(plainText(row.model), 18) }),
    [cost.today]: dollars(row.costTodayUsd),
    [cost.hour]: `${row.receivedLastHour}/${row.sentLastHour}`,
  }));
};

export const turnsTable = (turns: readonly TurnRecord[], view: View): TableData => {
  const { cost } = view.t;
  const narrow = view.columns < 76;
  return turns.map((turn) => ({
    [cost.at]: view.calendar.when(turn.startedAt, view.now),
    ...(narrow ? {} : { [cost.model]: cut(plainText(turn.model), 18) }),
    [cost.input]: thousands(turn.inputTokens, view.language),
    [cost.output]: thousands(turn.outputTokens, view.language),
    [cost.price]: `$${turn.costUsd.toFixed(4)}`,
    ...(narrow ? {} : { [cost.outcome]: cut(plainText(turn.outcome), 14) }),
  }));
};

export const daysTable = (days: readonly UsageDay[], view: View): TableData => {
  const { cost } = view.t;
  return days.map((day) => ({
    [cost.day]: day.day,
    [cost.calls]: thousands(day.calls, view.language),
    [cost.input]: thousands(day.inputTokens, view.language),
    [cost.output]: thousands(day.outputTokens, view.language),
    [cost.price]: dollars(day.costUsd),
  }));
};
