import { type ReactNode, useState } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { layer, useActions } from '../hooks/use-keys.ts';
import { useQuery } from '../hooks/use-query.ts';
import { boxed, sideBySide } from '../paint/box.ts';
import { type Line, span, textLine } from '../paint/line.ts';
import { sumsBox, turnLines } from '../view-models/cost.ts';
import { dayMeasures, daysBox, lastDays } from '../view-models/cost-days.ts';
import { costLayout } from '../view-models/cost-layout.ts';
import { type DatedOrder, inDatedOrder, nextDatedOrder, orderWords } from '../view-models/cost-order.ts';
import { bodyRows, framed, type Parts } from '../view-models/frame.ts';
import { sessionHead } from '../view-models/screen-head.ts';
import { sessionFoot } from '../view-models/session-foot.ts';
import { toastLine } from '../view-models/toast.ts';
import { Lines } from '../widgets/lines.tsx';

/** What one session's AI costs: its days against its budget, and its last answers. */
export const CostTab = ({ row }: { readonly row: SessionRow }): ReactNode => {
  const view = useView();
  const act = useDo();
  const { t } = view;
  const status = useStatusLine();
  const [top, setTop] = useState(0);
  const [order, setOrder] = useState<DatedOrder>('newest');
  const { data, error } = useQuery(
    `cost ${row.name}`,
    async () => {
      const [{ turns }, details, { days }] = await Promise.all([
        act.request('why', { name: row.name, limit: 50 }),
        act.request('session', { name: row.name }),
        act.request('usage', { name: row.name, days: 40 }),
      ]);
      return { turns, days, budget: details.config.ai.dailyBudgetUsd };
    },
    10_000,
  );
  const turns = inDatedOrder(data?.turns ?? [], order);
  const most = Math.max(0, turns.length - 1);
  const by = (step: number) => {
    setTop((before) => Math.max(0, Math.min(most, Math.min(before, most) + step)));
    return true;
  };
  useActions(
    ['cost', 'session'],
    {
      up: () => by(-1),
      down: () => by(1),
      'half-up': () => by(-5),
      'half-down': () => by(5),
      first: () => by(-most),
      last: () => by(most),
      sort: () => {
        setOrder(nextDatedOrder(order));
        setTop(0);
        act.notify(t.fleet.sortedBy(t.cost.sort[nextDatedOrder(order)]));
        return true;
      },
    },
    { priority: layer.screen + 2 },
  );

  const parts: Parts = {
    head: sessionHead(row, view, 6),
    status: status ?? (error === null ? null : toastLine('bad', error, view.columns)),
    foot: sessionFoot(row, view),
  };
  const height = bodyRows(view, parts);
  const layout = costLayout(view.columns, height);
  const days = lastDays(data?.days ?? [], {
    count: 40,
    today: view.calendar.day(view.now),
    costToday: row.costTodayUsd,
  });
  const width = view.columns - 1;
  const hasSums = layout.sumsWidth > 0 && layout.chartRows > 0;
  const chartWidth = hasSums ? width - 1 - layout.sumsWidth : width;
  const upper: readonly Line[] =
    layout.chartRows === 0
      ? []
      : sideBySide([
          {
            width: chartWidth,
            lines: daysBox(view, days.slice(-dayMeasures(chartWidth, layout.chartRows).count), data?.budget ?? null, {
              width: chartWidth,
              rows: layout.chartRows,
            }),
          },
          ...(hasSums
            ? [
                {
                  width: layout.sumsWidth,
                  lines: sumsBox(view, { days, models: [] }, { width: layout.sumsWidth, rows: layout.chartRows }),
                },
              ]
            : []),
        ]);
  const answers = boxed({
    title: [span(t.cost.lastAnswers, 'bold')],
    right:
      turns.length === 0
        ? []
        : [
            ...(turns.length < 2 ? [] : [...orderWords(view, order, width - 40), span('   ')]),
            span(`${Math.min(top, most) + 1}-${turns.length}`, 'muted'),
          ],
    width,
    rows: layout.lowerRows,
    content:
      turns.length === 0
        ? [textLine(data === null ? t.why.loading : t.why.noTurns, 'muted')]
        : turnLines(view, turns.slice(Math.min(top, most)), width - 4),
  });
  return <Lines lines={framed(view, parts, [...upper, ...answers])} theme={view.theme} />;
};
