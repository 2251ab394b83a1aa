import { Box } from 'ink';
import { type ReactNode, useMemo } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { qrMatrix } from '../../src/qr/qr-matrix.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { useOverviewData } from '../hooks/use-overview-data.ts';
import { useQuery } from '../hooks/use-query.ts';
import { emptyLine, fillRows, type Line } from '../paint/line.ts';
import type { Customers } from '../view-models/customers.ts';
import { type QrTier, qrTier, wordsTall } from '../view-models/qr-tier.ts';
import { sessionHead } from '../view-models/screen-head.ts';
import { boxesFrom, overviewLines } from '../view-models/session/overview.ts';
import { sessionFoot } from '../view-models/session-foot.ts';
import { overviewFrame, tallWords } from '../view-models/session-linking.ts';
import { statusLines } from '../view-models/session-status.ts';
import { Lines } from '../widgets/lines.tsx';
import { QrBlock } from '../widgets/qr-block.tsx';

export type AloneMode = 'off' | 'on' | 'inverted';

/** A wider window has its blanks right of the code, not between it and what is said of it. */
const besideMost = 62;

const nobody: Customers = { silent: [], asking: [] };

/** First tab: the QR as large as the window allows, or the state of the session in words. */
export const SessionOverview = ({
  row,
  alone,
  scroll,
}: {
  readonly row: SessionRow;
  readonly alone: AloneMode;
  readonly scroll: number;
}): ReactNode => {
  const view = useView();
  const act = useDo();
  const status = useStatusLine();
  const isAbout = row.silent.chats > 0 || row.asksForPerson > 0;
  // Asked again when their numbers change, and now and then for what changes in their words.
  const { data: customers } = useQuery(
    `silences ${row.name} ${row.silent.chats} ${row.silent.oldestSince} ${row.asksForPerson}`,
    async () => (isAbout ? act.request('silences', { name: row.name }) : null),
    isAbout ? 5000 : null,
  );
  const { theme, rows, columns } = view;
  const payload = row.qr?.payload ?? null;
  const modules = useMemo(() => (payload === null ? 0 : qrMatrix(payload).length), [payload]);
  const shows = row.pairing === null || alone !== 'off';
  const tier: QrTier | null = payload === null || !shows ? null : qrTier(view, modules, alone !== 'off');
  const isWords = tier === null && row.pairing === null;
  const hasBoxes = isWords && columns >= boxesFrom;
  const data = useOverviewData(row, hasBoxes);

  if (isWords) {
    const head = sessionHead(row, view, 1);
    const foot = sessionFoot(row, view);
    // The place of the last result stays free where rows are to spare, so that nothing moves when one comes.
    const result = status === null ? (rows >= 30 ? [emptyLine] : []) : [status];
    const room = rows - head.length - foot.length - result.length;
    const all = hasBoxes
      ? overviewLines(row, { data, customers: customers ?? nobody, view, rows: room })
      : statusLines(row, view, customers ?? undefined);
    const top = Math.min(scroll, Math.max(0, all.length - room));
    const lines: readonly Line[] = [...head, ...fillRows(all.slice(top), room), ...result, ...foot];
    return <Lines lines={fillRows(lines, rows)} theme={theme} />;
  }
  const inverted = alone === 'inverted';
  if (tier !== null && payload !== null && tier.kind !== 'none') {
    const code = <QrBlock payload={payload} zone={tier.zone} theme={theme} inverted={inverted} />;
    const { size } = tier;
    if (tier.kind === 'alone') {
      return (
        <Box
          height={rows}
          paddingLeft={Math.max(0, Math.floor((columns - size.columns) / 2))}
          paddingTop={Math.max(0, Math.floor((rows - size.rows) / 2))}
        >
          {code}
        </Box>
      );
    }
    if (tier.kind === 'tall') {
      const width = columns - size.columns - 1;
      const words =
        status === null
          ? tallWords(row, view, Math.max(wordsTall - 1, width))
          : [status, ...tallWords(row, view, width)];
      return (
        <Box>
          <Lines lines={fillRows(words, rows)} theme={theme} width={columns - size.columns} />
          {code}
        </Box>
      );
    }
    const { head, left, below } = overviewFrame(row, view, tier, status);
    return (
      <Box flexDirection="column">
        <Lines lines={head} theme={theme} />
        <Box>
          <Lines lines={left} theme={theme} width={Math.min(columns - size.columns - 1, besideMost)} />
          {code}
        </Box>
        <Lines lines={below} theme={theme} />
      </Box>
    );
  }
  const { head, left, below } = overviewFrame(row, view, tier, status);
  return <Lines lines={fillRows([...head, ...left, ...below], rows)} theme={theme} />;
};
