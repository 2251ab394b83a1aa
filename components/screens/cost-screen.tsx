import { Box } from 'ink';
import { memo, type ReactNode, useMemo, useState } from 'react';
import { dollars } from '../../src/words/figures.ts';
import { always } from '../hooks/always.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useQuery } from '../hooks/use-query.ts';
import { useRested } from '../hooks/use-rested.ts';
import type { FootLabel } from '../keys/footers.ts';
import { boxed, sideBySide } from '../paint/box.ts';
import { fillRows, type Line, span, textLine } from '../paint/line.ts';
import {
  type BotCost,
  botsBox,
  costsAsCsv,
  costsOf,
  daysTable,
  listRows,
  sumsBox,
  type TableData,
  turnLines,
} from '../view-models/cost.ts';
import { dayMeasures, daysBox, lastDays } from '../view-models/cost-days.ts';
import { type CostLayout, costLayout } from '../view-models/cost-layout.ts';
import {
  type BotOrder,
  type DatedOrder,
  inBotOrder,
  inDatedOrder,
  nextBotOrder,
  nextDatedOrder,
  orderWords,
} from '../view-models/cost-order.ts';
import { placeFoot } from '../view-models/footer.ts';
import { bodyRows, framed, type Parts } from '../view-models/frame.ts';
import { fleetHead } from '../view-models/screen-head.ts';
import { sessionById, type View } from '../view-models/view.ts';
import { Lines } from '../widgets/lines.tsx';
import { StaticTable, tableHeight, tableRows } from '../widgets/static-table.tsx';

/** What the list adds up: today, a week, a month; the last pane is the table of days. */
const panes = [
  { days: 1, foot: 'week' },
  { days: 7, foot: 'month' },
  { days: 30, foot: 'days' },
  { days: 0, foot: 'today' },
] as const satisfies readonly { readonly days: number; readonly foot: FootLabel }[];
type Pane = (typeof panes)[number];

const sameData = (a: { readonly text: string }, b: { readonly text: string }) => a.text === b.text;
/** Drawn again only when a cell changed: ink-table mounts every changed row anew. */
const Table = memo(
  ({ data }: { readonly data: TableData; readonly text: string }) => (
    <StaticTable data={data} columns={Object.keys(data[0] ?? {})} />
  ),
  sameData,
);
Table.displayName = 'Table';

/** Every day in figures, `at` the first that is shown. */
const DaysTable = ({
  data,
  parts,
  empty,
}: {
  readonly data: TableData;
  readonly parts: Parts;
  readonly empty: string;
}): ReactNode => {
  const view = useView();
  const height = bodyRows(view, parts);
  const shown = data.slice(0, tableRows(height));
  const rest = Math.max(0, height - (shown.length === 0 ? 1 : tableHeight(shown.length)));
  const below = framed({ ...view, rows: view.rows - parts.head.length - (height - rest) }, { ...parts, head: [] }, []);
  return (
    <Box flexDirection="column">
      <Lines lines={parts.head} theme={view.theme} />
      {shown.length === 0 ? (
        <Lines lines={[textLine(` ${empty}`, 'muted')]} theme={view.theme} />
      ) : (
        <Table data={shown} text={JSON.stringify(shown)} />
      )}
      <Lines lines={fillRows(below, view.rows - parts.head.length - (height - rest))} theme={view.theme} />
    </Box>
  );
};

const periodOf = (view: View, { days }: Pane): string => (days === 1 ? view.t.cost.today : view.t.cost.days(days));

/** What the fleet's AI cost: days, and usage by bot and model. */
const useCosts = ({ days }: Pane) => {
  const { snapshot } = useView();
  const act = useDo();
  const usage = useQuery('usage', () => act.request('usage', { days: 40 }), 60_000);
  const models = useQuery('usage by model', () => act.request('usageBy', { by: 'model', days: 30 }), 300_000);
  const shares = useQuery(
    `usage by session ${days}`,
    async () => (days < 2 ? null : (await act.request('usageBy', { by: 'session', days })).shares),
    300_000,
  );
  const costs = days > 1 && shares.data === null ? [] : costsOf(snapshot.sessions, shares.data);
  return { usage: usage.data?.days ?? [], models: models.data?.shares ?? [], costs, error: usage.error };
};

/** What a day of each bot may cost, by name. */
const useBudgets = (): ReadonlyMap<string, number> => {
  const act = useDo();
  const { data } = useQuery('budgets', () => act.request('budgets', {}), 60_000);
  return useMemo(() => new Map(data?.budgets.map(({ name, usd }) => [name, usd])), [data]);
};

const answersBox = (
  view: View,
  bot: BotCost | undefined,
  lines: readonly Line[],
  { answersWidth, lowerRows }: CostLayout,
) =>
  boxed({
    title: [
      span(view.t.cost.lastAnswers, 'bold'),
      ...(bot === undefined ? [] : [span(` ${view.t.cost.of(bot.label)}`, 'muted')]),
    ],
    width: answersWidth,
    rows: lowerRows,
    content: lines,
  });

const useLastAnswers = (bot: BotCost | undefined, wanted: boolean) => {
  const act = useDo();
  const name = useRested(bot?.id == null || !wanted ? null : bot.name, 300);
  const { data } = useQuery(
    `answers ${name}`,
    async () => (name === null ? [] : (await act.request('why', { name, limit: 30 })).turns),
    30_000,
  );
  return data;
};

const headRight = (view: View): Line => {
  const { costUsd, budgetUsd } = view.snapshot.fleet.aiToday;
  const { cost } = view.t;
  return [
    span(`${cost.today} `, 'muted'),
    span(dollars(costUsd, view.language), budgetUsd !== null && costUsd > budgetUsd ? 'bad+' : 'bold'),
    ...(budgetUsd === null ? [] : [span(` ${cost.ofBudget(dollars(budgetUsd, view.language))}`, 'muted')]),
  ];
};

/** What the fleet's AI costs: day by day, and which bots and models it goes to. */
export const CostScreen = (): ReactNode => {
  const view = useView();
  const act = useDo();
  const { t, snapshot } = view;
  const status = useStatusLine();
  const [paneAt, setPane] = useState(0);
  const pane = panes[paneAt % panes.length] ?? panes[0];
  const { usage, models, costs: dearestFirst, error } = useCosts(pane);
  const budgets = useBudgets();
  const [order, setOrder] = useState<BotOrder>('price');
  const [dayOrder, setDayOrder] = useState<DatedOrder>('newest');
  const costs = useMemo(() => inBotOrder(dearestFirst, order, budgets), [dearestFirst, order, budgets]);
  const partsWith = (of: BotCost | undefined): Parts => ({
    head: fleetHead(view, 5, headRight(view)),
    status,
    foot: placeFoot(view, {
      name: 'cost',
      labels: { 'next-pane': pane.foot },
      without: of?.id == null ? ['open', 'settings'] : [],
      lead: of === undefined ? '' : of.label,
      own: ['next-pane', 'sort'],
    }),
  });
  const height = bodyRows(view, partsWith(undefined));
  const layout = costLayout(view.columns, height);
  const isTable = pane.days === 0;
  const room = isTable ? tableRows(height) : listRows(layout.lowerRows);
  const list = useList(isTable ? Math.max(1, usage.length - room + 1) : costs.length, isTable ? 1 : room);
  const bot = isTable ? undefined : costs[list.cursor];
  const parts = partsWith(bot);
  const answers = useLastAnswers(bot, layout.answersWidth > 0);
  const row = sessionById(view, bot?.id ?? null);
  const sort = always(() => {
    const next = isTable ? nextDatedOrder(dayOrder) : nextBotOrder(order, budgets.size > 0);
    if (isTable) setDayOrder(nextDatedOrder(dayOrder));
    else setOrder(nextBotOrder(order, budgets.size > 0));
    // What is looked at first is what now stands first.
    list.set(0);
    act.notify(t.fleet.sortedBy(t.cost.sort[next]));
  });
  const turn = (by: 1 | -1) => always(() => setPane((before) => (before + panes.length + by) % panes.length));
  useActions(
    ['cost'],
    { ...list.handlers, sort, 'next-pane': turn(1), 'previous-pane': turn(-1) },
    {
      offers: {
        costOf: { row, csv: () => costsAsCsv(costs) },
        sessions: { one: row, many: row === null ? [] : [row] },
      },
    },
  );

  if (isTable)
    return (
      <DaysTable
        data={daysTable(inDatedOrder(usage, dayOrder).slice(list.cursor), view)}
        parts={parts}
        empty={error ?? t.cost.noDays}
      />
    );

  const days = lastDays(usage, {
    count: 40,
    today: view.calendar.day(view.now),
    costToday: snapshot.fleet.aiToday.costUsd,
  });
  return (
    <Lines
      lines={framed(
        view,
        parts,
        costBody(view, { layout, days, models, costs, list, budgets, pane, bot, answers, order }),
      )}
      theme={view.theme}
    />
  );
};

interface BodyInput {
  readonly layout: CostLayout;
  readonly days: ReturnType<typeof lastDays>;
  readonly models: Parameters<typeof sumsBox>[1]['models'];
  readonly costs: readonly BotCost[];
  readonly list: { readonly top: number; readonly cursor: number };
  readonly budgets: ReadonlyMap<string, number>;
  readonly pane: Pane;
  readonly bot: BotCost | undefined;
  readonly answers: ReturnType<typeof useLastAnswers>;
  readonly order: BotOrder;
}

const costBody = (view: View, input: BodyInput): readonly Line[] => {
  const { layout, days, models, costs, list, budgets, pane, bot, answers, order } = input;
  const { t, snapshot } = view;
  const bots = botsBox(
    view,
    { costs, top: list.top, cursor: list.cursor, budgets, days: pane.days },
    periodOf(view, pane),
    {
      width: layout.listWidth,
      rows: layout.lowerRows,
      empty: snapshot.sessions.length === 0 ? t.badge.noSessions : t.why.loading,
      order: (room) => orderWords(view, order, room),
    },
  );
  const hasSumsBelow = layout.answersWidth === 0 && layout.sumsWidth > 0;
  const sums = sumsBox(
    view,
    { days, models },
    { width: layout.sumsWidth, rows: hasSumsBelow ? layout.lowerRows : layout.chartRows },
  );
  const lower = [
    { width: layout.listWidth, lines: bots },
    ...(hasSumsBelow ? [{ width: layout.sumsWidth, lines: sums }] : []),
    ...(layout.answersWidth === 0
      ? []
      : [
          {
            width: layout.answersWidth,
            lines: answersBox(
              view,
              bot,
              answers === null
                ? [textLine(t.why.loading, 'muted')]
                : answers.length === 0
                  ? [textLine(t.why.noTurns, 'muted')]
                  : turnLines(view, answers, layout.answersWidth - 4),
              layout,
            ),
          },
        ]),
  ];
  if (layout.chartRows === 0) return sideBySide(lower);
  const chart = daysBox(
    view,
    days.slice(-dayMeasures(layout.chartWidth, layout.chartRows).count),
    snapshot.fleet.aiToday.budgetUsd,
    {
      width: layout.chartWidth,
      rows: layout.chartRows,
    },
  );
  const upper = [
    { width: layout.chartWidth, lines: chart },
    ...(hasSumsBelow ? [] : [{ width: layout.sumsWidth, lines: sums }]),
  ];
  return [...sideBySide(upper), ...sideBySide(lower)];
};
