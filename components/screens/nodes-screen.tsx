import type { ReactNode } from 'react';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useQuery } from '../hooks/use-query.ts';
import { footerLine } from '../view-models/footer.ts';
import { bodyRows, framed, type Parts } from '../view-models/frame.ts';
import { nodeRows, nodesBox, nodesExtra } from '../view-models/nodes.ts';
import { fleetHead } from '../view-models/screen-head.ts';
import { toastLine } from '../view-models/toast.ts';
import { Lines } from '../widgets/lines.tsx';

/** The servers: what each says of itself, and the keys that drain one. Enter shows the sessions of the one under the cursor. */
export const NodesScreen = (): ReactNode => {
  const view = useView();
  const act = useDo();
  const status = useStatusLine();
  const { data, error, reload } = useQuery('nodes', () => act.request('nodes', {}), 3000);
  const rows = nodeRows(view.snapshot.nodes ?? [], data?.nodes ?? []);
  const parts: Parts = {
    head: fleetHead(view, 0, []),
    status: status ?? (error === null ? null : toastLine('bad', error, view.columns)),
    foot: [footerLine(view, view.keys.footer('nodes'), view.keys.footer('end'))],
  };
  const height = bodyRows(view, parts);
  const list = useList(rows.length, Math.max(1, height - nodesExtra));
  const node = rows[list.cursor];
  useActions(['nodes'], list.handlers, { offers: { node: { node, reload } } });

  const place = { cursor: list.cursor, top: list.top, width: view.columns - 1, rows: height };
  return <Lines lines={framed(view, parts, nodesBox(view, rows, place, data?.problem ?? null))} theme={view.theme} />;
};
