import type { ReactNode } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useQuery } from '../hooks/use-query.ts';
import { emptyLine, type Line, span, textLine } from '../paint/line.ts';
import { toolTexts } from '../texts/tool-texts.ts';
import { footerLine } from '../view-models/footer.ts';
import { bodyRows, framed, type Parts } from '../view-models/frame.ts';
import { sessionHeadRow } from '../view-models/screen-head.ts';
import { toastLine } from '../view-models/toast.ts';
import { proseLines, toolRows, toolsBody } from '../view-models/tools.ts';
import { Lines } from '../widgets/lines.tsx';

const lookEvery = 5000;

/** What a session's AI may do. Loaded when it is opened (lazy-screen.tsx). */
export const ToolsScreen = ({ row }: { readonly row: SessionRow }): ReactNode => {
  const view = useView();
  const act = useDo();
  const status = useStatusLine();
  const { data, error, reload } = useQuery(
    `tools ${row.name}`,
    () => act.request('tools', { name: row.name }),
    lookEvery,
  );
  const tools = data?.tools ?? [];
  const { tools: words } = toolTexts(view.language);
  const pill: Line = [span(` ${words.badge} `, 'p:accent')];
  const without = tools.length === 0 ? ['edit-tool', 'test-tool', 'tool-secret', 'remove-tool'] : [];
  const parts: Parts = {
    head: [sessionHeadRow(row, view, pill)],
    status: status ?? (error === null ? null : toastLine('bad', error, view.columns)),
    foot: [footerLine(view, view.keys.footer('tools', { without }), view.keys.footer('end'))],
  };
  const height = bodyRows(view, parts);
  const rows = toolRows(tools.length, height);
  const list = useList(tools.length, rows);
  const tool = tools[list.cursor];
  useActions(['tools'], list.handlers, {
    offers: { tool: { name: row.name, tool, reload }, sessions: { one: row, many: [row] } },
  });

  const empty =
    data === null && error === null
      ? [emptyLine, textLine(` ${view.t.why.loading}`, 'muted')]
      : proseLines(view, words.none(row.name));
  const { cursor, top } = list;
  const body = tools.length === 0 ? empty : toolsBody(view, tools, { cursor, top, rows }, height);
  return <Lines lines={framed(view, parts, body)} theme={view.theme} />;
};
