import type { ReactNode } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import type { Tab } from '../actions.ts';
import { useView } from '../contexts.ts';
import { fillRows } from '../view-models/line.ts';
import { sessionFoot, sessionHead } from '../view-models/session-header.ts';
import { Lines } from '../widgets/lines.tsx';

export const SessionTab = ({
  row,
  tab,
}: {
  readonly row: SessionRow;
  readonly tab: Tab;
  readonly chat: string | null;
}): ReactNode => {
  const view = useView();
  const head = sessionHead(row, view, tab);
  const foot = sessionFoot(row, view);
  return <Lines lines={[...fillRows(head, view.rows - foot.length), ...foot]} theme={view.theme} />;
};
