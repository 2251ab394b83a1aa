import type { ReactNode } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { layer, useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useQuery } from '../hooks/use-query.ts';
import { useSideways } from '../hooks/use-sideways.ts';
import { emptyLine, type Line, span, textLine } from '../paint/line.ts';
import { titledRule } from '../paint/overlaid.ts';
import { footerLine } from '../view-models/footer.ts';
import { bodyRows, framed } from '../view-models/frame.ts';
import { instructionsBody } from '../view-models/instructions.ts';
import { tabFoot } from '../view-models/session-foot.ts';
import { Lines } from '../widgets/lines.tsx';

/** Versions of a session's instructions: who wrote them, what they say, and going back to one. */
export const InstructionsScreen = ({
  row,
  head,
  close,
}: {
  readonly row: SessionRow;
  readonly head: readonly Line[];
  readonly close: () => void;
}): ReactNode => {
  const view = useView();
  const act = useDo();
  const { t } = view;
  const status = useStatusLine();
  const { data, error, reload } = useQuery(
    `history ${row.name} ${row.revision}`,
    () => act.request('promptHistory', { name: row.name }),
    null,
  );
  const versions = [...(data?.versions ?? [])].sort((a, b) => b.version - a.version);
  const parts = {
    head: [...head, titledRule([span(t.prompt.title, 'bold')], view.columns - 1)],
    status: status ?? (error === null ? null : textLine(` ! ${error}`, 'bold')),
    foot: [emptyLine, tabFoot(view)],
  };
  const height = bodyRows(view, parts);
  const listHeight = Math.max(1, Math.min(versions.length, Math.floor(height / 3)));
  const list = useList(versions.length, listHeight);
  const chosen = versions[list.cursor];
  const sideways = useSideways(String(chosen?.version));
  useActions(
    ['settings', 'session'],
    {
      ...list.handlers,
      ...sideways.handlers,
      'next-pane': () => {
        close();
        return true;
      },
      back: () => {
        close();
        return true;
      },
    },
    { priority: layer.screen + 3, offers: { instructions: { name: row.name, version: chosen, reload } } },
  );
  const body =
    versions.length === 0
      ? [textLine(` ${data === null ? t.why.loading : t.settings.noInstructions}`)]
      : instructionsBody(
          view,
          { versions, top: list.top, rows: listHeight, cursor: list.cursor },
          sideways.readOn,
          height,
        );
  // The current one is nothing to go back to.
  const without = chosen === undefined || chosen.isCurrent ? ['open'] : [];
  const foot = [footerLine(view, view.keys.footer('instructions', { without })), tabFoot(view)];
  return <Lines lines={framed(view, { ...parts, foot }, body)} theme={view.theme} />;
};
