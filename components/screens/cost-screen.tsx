import { Box } from 'ink';
import { memo, type ReactNode, useState } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { layer, useActions } from '../hooks/use-keys.ts';
import { useQuery } from '../hooks/use-query.ts';
import { emptyLine, fillRows, type Line, textLine } from '../paint/line.ts';
import { budgetLine, byCost, costTable, daysTable, type TableData, turnsTable } from '../view-models/cost.ts';
import { footerLine } from '../view-models/footer.ts';
import { bodyRows } from '../view-models/frame.ts';
import { pathLine } from '../view-models/header.ts';
import { sessionHead } from '../view-models/screen-head.ts';
import { tabFoot } from '../view-models/session-foot.ts';
import { Lines } from '../widgets/lines.tsx';
import { StaticTable, tableHeight, tableRows } from '../widgets/static-table.tsx';

const sameData = (a: { readonly text: string }, b: { readonly text: string }) => a.text === b.text;
/** Drawn again only when a cell changed: ink-table mounts every changed row anew. */
const Table = memo(
  ({ data }: { readonly data: TableData; readonly text: string }) => (
    <StaticTable data={data} columns={Object.keys(data[0] ?? {})} />
  ),
  sameData,
);
Table.displayName = 'Table';

const WithTable = ({
  head,
  intro,
  data,
  empty,
  status,
  keys,
}: {
  readonly head: readonly Line[];
  readonly intro: readonly Line[];
  readonly data: TableData;
  readonly empty: string;
  readonly status: Line | null;
  readonly keys: readonly Line[];
}): ReactNode => {
  const view = useView();
  const height = bodyRows(view, { head, status, foot: keys }) - intro.length;
  const shown = data.slice(0, tableRows(height));
  const used = shown.length === 0 ? 1 : tableHeight(shown.length);
  const rest = Math.max(0, height - used);
  return (
    <Box flexDirection="column">
      <Lines lines={[...head, ...intro]} theme={view.theme} />
      {shown.length === 0 ? (
        <Lines lines={[textLine(` ${empty}`)]} theme={view.theme} />
      ) : (
        <Table data={shown} text={JSON.stringify(shown)} />
      )}
      <Lines lines={[...fillRows([], rest), ...(status === null ? [] : [status]), ...keys]} theme={view.theme} />
    </Box>
  );
};

/** What the fleet's AI costs today, the dearest session first; tab: day by day. */
export const CostScreen = (): ReactNode => {
  const view = useView();
  const { t, snapshot } = view;
  const status = useStatusLine();
  const act = useDo();
  const [top, setTop] = useState(0);
  const [byDay, setByDay] = useState(false);
  const { data } = useQuery('usage', () => act.request('usage', {}), 30_000);
  const days = data?.days ?? [];
  const rows = byDay ? [] : byCost(snapshot.sessions);
  const length = byDay ? days.length : rows.length;
  const page = Math.max(1, tableRows(view.rows - 6));
  const most = Math.max(0, length - page);
  const at = Math.min(top, most);
  const by = (step: number) => {
    setTop((before) => Math.max(0, Math.min(most, Math.min(before, most) + step)));
    return true;
  };
  const turn = () => {
    setByDay((before) => !before);
    setTop(0);
    return true;
  };
  useActions(['cost'], {
    'next-pane': turn,
    'previous-pane': turn,
    up: () => by(-1),
    down: () => by(1),
    'half-up': () => by(-Math.ceil(page / 2)),
    'half-down': () => by(Math.ceil(page / 2)),
    first: () => by(-most),
    last: () => by(most),
  });
  const { costUsd, budgetUsd } = snapshot.fleet.aiToday;
  return (
    <WithTable
      head={[pathLine(view, `zap-fleet > ${t.cost.title}`)]}
      intro={[emptyLine, budgetLine(view, costUsd, budgetUsd)]}
      data={byDay ? daysTable(days.slice(at), view) : costTable(rows.slice(at), view)}
      empty={t.badge.noSessions}
      status={status}
      keys={[
        footerLine(
          view,
          view.keys.footer('cost', { labels: { 'next-pane': byDay ? 'sessions' : 'days' } }),
          view.keys.footer('end'),
        ),
      ]}
    />
  );
};

/** What one session's AI costs: today against its budget, and its last answers. */
export const CostTab = ({ row }: { readonly row: SessionRow }): ReactNode => {
  const view = useView();
  const act = useDo();
  const { t } = view;
  const status = useStatusLine();
  const [top, setTop] = useState(0);
  const { data, error } = useQuery(
    `cost ${row.name}`,
    async () => {
      const [{ turns }, details] = await Promise.all([
        act.request('why', { name: row.name, limit: 50 }),
        act.request('session', { name: row.name }),
      ]);
      return { turns, budget: details.config.ai.dailyBudgetUsd };
    },
    10_000,
  );
  const turns = data?.turns ?? [];
  const by = (step: number) => {
    setTop((before) => Math.max(0, Math.min(Math.max(0, turns.length - 1), before + step)));
    return true;
  };
  useActions(
    ['cost', 'session'],
    {
      up: () => by(-1),
      down: () => by(1),
      'half-up': () => by(-5),
      'half-down': () => by(5),
      first: () => by(-turns.length),
      last: () => by(turns.length),
    },
    { priority: layer.screen + 2 },
  );
  return (
    <WithTable
      head={sessionHead(row, view, 6)}
      intro={[emptyLine, budgetLine(view, row.costTodayUsd, data?.budget ?? null), textLine(` ${t.cost.lastAnswers}`)]}
      data={turnsTable(turns.slice(top), view)}
      empty={error ?? (data === null ? t.why.loading : t.why.noTurns)}
      status={status}
      keys={[emptyLine, tabFoot(view)]}
    />
  );
};
