import type { ReactNode } from 'react';
import { plainText } from '../../src/session/plain-text.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useQuery } from '../hooks/use-query.ts';
import { emptyLine } from '../paint/line.ts';
import { placeFoot } from '../view-models/footer.ts';
import { bodyRows, framed, type Parts } from '../view-models/frame.ts';
import { nodeColumns, nodeDetail, nodeItem, nodeRows, nodesCount } from '../view-models/nodes.ts';
import { itemRows } from '../view-models/places/item-list.ts';
import { listBody, proseLines } from '../view-models/places/place-lines.ts';
import { fleetHead } from '../view-models/screen-head.ts';
import { toastLine } from '../view-models/toast.ts';
import { saidIn } from '../view-models/told.ts';
import { Lines } from '../widgets/lines.tsx';

/** For what is said of the one under the cursor. */
const detailRows = 8;

/** The servers: what each says of itself, and the keys that drain one. Enter shows the sessions of the one under the cursor. */
export const NodesScreen = (): ReactNode => {
  const view = useView();
  const act = useDo();
  const status = useStatusLine();
  const { data, error, reload } = useQuery('nodes', () => act.request('nodes', {}), 3000);
  const rows = nodeRows(view.snapshot.nodes ?? [], data?.nodes ?? []);
  const without = rows.length === 0 ? ['open', 'drain', 'undrain'] : [];
  const partsWith = (lead: string): Parts => ({
    head: fleetHead(view, 0, rows.length === 0 ? emptyLine : nodesCount(rows, view), view.t.nodes.title),
    status: status ?? (error === null ? null : toastLine('bad', error, view.columns)),
    foot: placeFoot(view, { name: 'nodes', without, lead }),
  });
  const height = bodyRows(view, partsWith(''));
  const visible = itemRows(rows.length, height, detailRows);
  const { cursor, top, handlers } = useList(rows.length, visible);
  const node = rows[cursor];
  useActions(['nodes'], handlers, { offers: { node: { node, reload } } });

  const problem = data?.problem ?? null;
  const body =
    rows.length === 0
      ? [
          ...proseLines(view, [problem === null ? view.t.nodes.alone : saidIn(view, plainText(problem))]),
          ...proseLines(view, view.t.nodes.howMany, 'muted'),
        ]
      : listBody(
          view,
          {
            columns: nodeColumns,
            head: view.t.nodes.head,
            items: rows.map((row) => nodeItem(row, view)),
            detail: node === undefined ? null : nodeDetail(node, view),
          },
          { cursor, top, rows: visible },
          height,
        );
  const lead = node === undefined ? '' : plainText(node.name);
  return <Lines lines={framed(view, partsWith(lead), body)} theme={view.theme} />;
};
