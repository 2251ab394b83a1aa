import type { ReactNode } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { layer, useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useQuery } from '../hooks/use-query.ts';
import { type Line, textLine } from '../paint/line.ts';
import { draftLines } from '../view-models/chats/chats.ts';
import { footerLine } from '../view-models/footer.ts';
import { bodyRows, framed } from '../view-models/frame.ts';
import { tabFoot } from '../view-models/session-foot.ts';
import { Lines } from '../widgets/lines.tsx';

/** Drafts of watch mode: a person approves, edits or drops each of them. */
export const DraftsScreen = ({
  row,
  head,
  close,
}: {
  readonly row: SessionRow | null;
  readonly head: readonly Line[];
  readonly close: () => void;
}): ReactNode => {
  const view = useView();
  const act = useDo();
  const { t } = view;
  const status = useStatusLine();
  const { data, error, reload } = useQuery(
    `drafts ${row?.name ?? ''}`,
    () => act.request('drafts', row === null ? {} : { name: row.name }),
    2000,
  );
  const drafts = data?.drafts ?? [];
  const keys = footerLine(view, view.keys.footer('drafts'), row === null ? view.keys.footer('end') : []);
  const parts = {
    head: [...head, textLine(` ${t.chats.draftsTitle(drafts.length)}`, 'bold')],
    status: status ?? (error === null ? null : textLine(` ! ${error}`, 'bold')),
    foot: row === null ? [keys] : [keys, tabFoot(view)],
  };
  const height = bodyRows(view, parts);
  // A draft takes up to five rows; those before the cursor scroll out.
  const list = useList(drafts.length, Math.max(1, Math.floor(height / 5)));
  const draft = drafts[list.cursor];
  useActions(
    ['drafts', 'chats'],
    {
      ...list.handlers,
      'next-pane': () => {
        close();
        return true;
      },
      back: () => {
        close();
        return true;
      },
    },
    { priority: layer.screen + 3, offers: { draft: { draft, reload } } },
  );
  const body =
    drafts.length === 0
      ? [textLine(` ${data === null ? t.why.loading : t.chats.noDrafts}`)]
      : drafts.slice(list.top).flatMap((each, index) => draftLines(each, view, list.top + index === list.cursor));
  return <Lines lines={framed(view, parts, body)} theme={view.theme} />;
};
