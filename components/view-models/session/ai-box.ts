import type { SessionRow } from '../../../src/protocol/fleet.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import type { UsageDay } from '../../../src/session/records.ts';
import { dollars } from '../../../src/words/figures.ts';
import { boxed } from '../../paint/box.ts';
import { columnsChart } from '../../paint/charts/columns-chart.ts';
import { budgetTone, meter } from '../../paint/charts/meter.ts';
import { firstFitting, joined } from '../../paint/ends.ts';
import {
  emptyLine,
  type Line,
  layout,
  lineWidth,
  place,
  placeLine,
  span,
  textLine,
  textWidth,
} from '../../paint/line.ts';
import type { View } from '../view.ts';
import { type BoxSize, type OverviewData, told } from './overview-data.ts';

/** Who answers a session's customers, and what that costs. */

const days = 14;
const dayMs = 86_400_000;
const names: Readonly<Record<SessionRow['provider'], string>> = {
  openai: 'OpenAI',
  gemini: 'Gemini',
  webhook: 'webhook',
  echo: 'echo',
  none: '',
};

/** What each of the last days cost, oldest first, today last; null before the session was made. */
export const costOfDays = (
  found: readonly UsageDay[],
  { now, createdAt, count = days }: { readonly now: number; readonly createdAt: number; readonly count?: number },
): readonly (number | null)[] => {
  const byDay = new Map(found.map(({ day, costUsd }) => [day, costUsd]));
  const newest = found
    .map(({ day }) => day)
    .sort()
    .at(-1);
  const today = Math.max(Date.parse(`${newest ?? ''}T12:00:00Z`) || 0, Math.floor(now / dayMs) * dayMs);
  return Array.from({ length: count }, (_, index) => {
    const at = today - (count - 1 - index) * dayMs;
    const known = byDay.get(new Date(at).toISOString().slice(0, 10));
    return known ?? (at + dayMs < createdAt ? null : 0);
  });
};

const whoAnswers = (row: SessionRow, { details }: OverviewData, view: View, width: number): Line => {
  const { overview } = view.t;
  if (row.provider === 'none') return [span(overview.noModel, 'warn')];
  if (row.provider === 'echo') return [span(view.snapshot.fleet.demo ? overview.demoAi : overview.echo, 'bold')];
  const service = names[row.provider];
  const key = details.data === null ? '' : details.data.hasOwnAiKey ? overview.ownKey : overview.fleetKey;
  const model = span(plainText(row.model), 'bold');
  const told = key === '' ? [service] : [`${service}, ${key}`, key, service];
  const lines = told.map((words): Line => [model, span(`  ${words}`, 'muted')]);
  return firstFitting([...lines, [model]], width);
};

const todayRow = (row: SessionRow, budget: number | null, view: View, width: number): Line => {
  const { overview } = view.t;
  const cost = span(dollars(row.costTodayUsd, view.language), 'bold');
  const label = place(0, overview.todayShort, 'muted');
  if (budget === null || budget <= 0)
    return layout([label, ...placeLine(9, [cost, span(`  ${overview.noBudget}`, 'muted')])], width);
  const share = row.costTodayUsd / budget;
  const value: Line = [cost, span(` ${overview.of} ${dollars(budget, view.language)}`, 'muted')];
  const bar = Math.max(4, Math.min(width - 9 - 15, width - 10 - lineWidth(value)));
  return layout([label, ...placeLine(9, meter(share, bar, budgetTone(share))), ...placeLine(10 + bar, value)], width);
};

const chart = (
  row: SessionRow,
  data: OverviewData,
  view: View,
  size: { readonly width: number; readonly height: number; readonly budget: number | null },
): readonly Line[] =>
  told(data.usage, view, size.width, (usage) => {
    const { overview } = view.t;
    const values = costOfDays(usage.days, { now: view.now, createdAt: row.createdAt });
    const total = values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
    if (total === 0) return [textLine(overview.nothingSpent, 'muted')];
    const bar = size.width >= days * 3 + 6 ? 2 : 1;
    const columns = columnsChart(values, {
      height: size.height - 1,
      bar,
      tone: 'accent',
      today: 'in',
      limit: size.budget !== null && size.budget > 0 ? size.budget : null,
    });
    const used = days * (bar + 1) - 1;
    const beside = size.budget !== null && size.budget > 0 && size.width >= used + 10;
    const calls = usage.days.slice(0, days).reduce((sum, day) => sum + day.calls, 0);
    const lines = columns.map((line, index) =>
      index === 0 && beside
        ? layout(
            [
              ...placeLine(0, line),
              place(used + 2, '╌', 'warn'),
              place(used + 4, dollars(size.budget ?? 0, view.language), 'muted'),
            ],
            size.width,
          )
        : line,
    );
    const sum: Line = [span(`${overview.days14} `, 'muted'), span(dollars(total, view.language), 'bold')];
    const answer = (words: string): Line => [
      span(`${words} `, 'muted'),
      span(dollars(total / calls, view.language, 4), 'bold'),
    ];
    const foots: readonly Line[] =
      calls === 0
        ? [sum]
        : [joined([sum, answer(overview.anAnswer)], 3), joined([sum, answer(overview.eachAnswer)], 2), sum];
    return [...lines, firstFitting(foots, size.width)];
  });

export const aiBox = (row: SessionRow, data: OverviewData, view: View, { width, rows }: BoxSize): readonly Line[] => {
  const { overview } = view.t;
  const inner = width - 4;
  const { data: details } = data.details;
  const budget = details?.config.ai.dailyBudgetUsd ?? null;
  const version = details?.instructions?.version ?? null;
  const right: Line =
    details === null
      ? emptyLine
      : version === null
        ? [span(overview.noPrompt, 'warn')]
        : firstFitting(
            [[span(`${overview.prompt} `, 'muted'), span(`v${version}`, 'bold')], [span(`v${version}`, 'bold')]],
            width - 9 - textWidth(overview.ai),
          );
  const height = rows - 4;
  return boxed({
    title: [span(overview.ai, 'bold')],
    right,
    width,
    rows,
    content: [
      whoAnswers(row, data, view, inner),
      todayRow(row, budget, view, inner),
      ...(height >= 3 ? chart(row, data, view, { width: inner, height, budget }) : []),
    ],
  });
};
