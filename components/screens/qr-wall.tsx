import { Box } from 'ink';
import { type ReactNode, useMemo } from 'react';
import { qrMatrix } from '../../src/qr/qr-matrix.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { useStatusLine, useView } from '../hooks/contexts.ts';
import { useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { keyLine } from '../paint/key-line.ts';
import { cutLine, emptyLine, fillRows, type Line, span, textLine, wrapText } from '../paint/line.ts';
import { noExtra } from '../view-models/fleet/fleet-extra.ts';
import { inspectorBox } from '../view-models/fleet/inspector.ts';
import { rowFooter } from '../view-models/fleet/row-footer.ts';
import { footerLine } from '../view-models/footer.ts';
import { bodyRows, framed } from '../view-models/frame.ts';
import { qrTier } from '../view-models/qr-tier.ts';
import { wallRow } from '../view-models/qr-wall.ts';
import { fleetHead } from '../view-models/screen-head.ts';
import { Lines } from '../widgets/lines.tsx';
import { QrBlock } from '../widgets/qr-block.tsx';

/** What is the matter with the one under the cursor stands below the list from here on. */
const inspectorFrom = { columns: 80, rows: 20, box: 8 };

/** Every session that waits for a phone, and the code of the one under the cursor: one at a time, so that no wrong one is scanned. */
export const QrWall = (): ReactNode => {
  const view = useView();
  const { t } = view;
  const status = useStatusLine();
  const waiting = view.snapshot.sessions.filter(
    ({ verdict }) =>
      verdict === 'scan_qr' || verdict === 'enter_code' || verdict === 'qr_closed' || verdict === 'logged_out',
  );
  const list = useList(waiting.length, Math.max(1, view.rows - 6));
  const row = waiting[list.cursor] ?? null;
  const step = (by: 1 | -1) => {
    list.set((list.cursor + by + waiting.length) % Math.max(1, waiting.length));
    return true;
  };
  useActions(
    ['qr-wall'],
    { ...list.handlers, 'next-match': () => step(1), 'previous-match': () => step(-1) },
    { offers: { qrWall: { row }, sessions: { one: row, many: row === null ? [] : [row] } } },
  );
  const payload = row?.qr?.payload ?? null;
  const modules = useMemo(() => (payload === null ? 0 : qrMatrix(payload).length), [payload]);
  const tier = payload === null ? null : qrTier(view, modules, false);
  const width = tier?.kind === 'tall' || tier?.kind === 'beside' ? view.columns - tier.size.columns : view.columns;
  const rows = waiting
    .slice(list.top, list.top + Math.max(1, view.rows - 6))
    .map((each, index) => wallRow(each, view, width - 1, list.top + index === list.cursor));
  const empty = wrapText(t.wall.nobody, width - 2).map((text) => textLine(` ${text}`, 'muted'));
  if (tier !== null && payload !== null && (tier.kind === 'tall' || tier.kind === 'beside')) {
    const left = [
      cutLine(textLine(` ${t.wall.title(waiting.length)}`, 'bold'), width - 1),
      emptyLine,
      ...rows,
      emptyLine,
      ...t.wall.keys.map((key): Line => [span(' '), ...keyLine([key])]),
      ...(status === null ? [] : [emptyLine, cutLine(status, width - 1)]),
    ];
    return (
      <Box>
        <Lines lines={fillRows(left, view.rows)} theme={view.theme} width={width} />
        <QrBlock payload={payload} zone={tier.zone} theme={view.theme} inverted={false} />
      </Box>
    );
  }
  const parts = {
    head: [
      ...fleetHead(view, 0, [span(t.wall.title(waiting.length), waiting.length === 0 ? 'muted' : 'warn')]),
      emptyLine,
    ],
    status,
    foot: [
      ...(row === null ? [] : [footerLine(view, rowFooter(row, view), [], plainText(row.label) || row.name)]),
      footerLine(view, [], view.keys.footer('end')),
    ],
  };
  const hasRoom = row !== null && view.columns >= inspectorFrom.columns && view.rows >= inspectorFrom.rows;
  const about = hasRoom ? inspectorBox(row, noExtra, view, { width: view.columns - 1, rows: inspectorFrom.box }) : [];
  const free = bodyRows(view, parts) - rows.length;
  const below = about.length > 0 && free > about.length ? [emptyLine, ...about] : [];
  return <Lines lines={framed(view, parts, waiting.length === 0 ? empty : [...rows, ...below])} theme={view.theme} />;
};
