import type { UsageDay } from '../../../../src/session/records.ts';
import { dollars } from '../../../../src/words/figures.ts';
import { boxed } from '../../../paint/box.ts';
import { columnsChart } from '../../../paint/charts/columns-chart.ts';
import { type Line, layout, placeLine, rightOf, span } from '../../../paint/line.ts';
import { costOfDays } from '../../session/ai-box.ts';
import type { BoxSize } from '../../session/overview-data.ts';
import type { View } from '../../view.ts';
import { shortDollars } from '../pulse-row.ts';

/** What the AI cost the fleet, day by day. */

export const costBox = (usage: readonly UsageDay[] | null, view: View, { width, rows }: BoxSize): readonly Line[] => {
  const { chart } = view.t;
  const { aiToday } = view.snapshot.fleet;
  const inner = width - 4;
  const budget = aiToday.budgetUsd !== null && aiToday.budgetUsd > 0 ? aiToday.budgetUsd : null;
  const frame = {
    title: [span(chart.cost, 'bold'), span(chart.aDay, 'muted')],
    right: budget === null ? [] : [span(chart.budget, 'muted'), span(shortDollars(budget, view.language), 'warn+')],
    width,
    rows,
  };
  const first = Math.min(view.now, ...view.snapshot.sessions.map(({ createdAt }) => createdAt));
  const values = usage === null ? [] : costOfDays(usage, { now: view.now, createdAt: first });
  const height = rows - 2;
  const lines =
    values.length === 0
      ? Array.from({ length: height }, (): Line => [])
      : columnsChart(values, { height, bar: 2, tone: 'accent', limit: budget });
  const today = span(dollars(aiToday.costUsd, view.language), 'bold');
  return boxed({
    ...frame,
    content: lines.map((line, row) =>
      row === height - 1 ? layout([...placeLine(0, line), rightOf(today.text, inner - 1, 'bold')], inner) : line,
    ),
  });
};
