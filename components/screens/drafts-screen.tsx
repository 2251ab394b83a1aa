import { type ReactNode, useState } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import type { ChatRow } from '../../src/session/records.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { layer, useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useDraftHistory } from '../hooks/use-messages.ts';
import { useQuery } from '../hooks/use-query.ts';
import { type Line, textLine } from '../paint/line.ts';
import { chatOfDraft, draftName, draftSince, draftsBody, draftsHead } from '../view-models/chats/drafts.ts';
import { footerLine, placeFoot } from '../view-models/footer.ts';
import { bodyRows, framed } from '../view-models/frame.ts';
import { fleetHead } from '../view-models/screen-head.ts';
import { tabFoot } from '../view-models/session-foot.ts';
import { Lines } from '../widgets/lines.tsx';
import { ConversationScreen } from './conversation-screen.tsx';

/** Drafts of watch mode, the longest waiter first: a person approves, edits or drops each of them. Enter shows its whole chat. */
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
  const [whole, setWhole] = useState<ChatRow | null>(null);
  const { data, error, reload } = useQuery(
    `drafts ${row?.name ?? ''}`,
    () => act.request('drafts', row === null ? {} : { name: row.name }),
    2000,
  );
  const drafts = [...(data?.drafts ?? [])].sort((a, b) => draftSince(a) - draftSince(b));
  const without =
    drafts.length === 0 ? ['open', 'approve', 'edit-draft', 'drop-draft', 'why', 'copy', 'go-to-session'] : [];
  const foot = (lead: string): readonly Line[] =>
    row === null
      ? placeFoot(view, { name: 'drafts', without, lead, own: ['next-pane'] })
      : [footerLine(view, view.keys.footer('drafts', { without }), [], lead), tabFoot(view)];
  const partsWith = (lead: string) => ({
    head:
      row === null
        ? fleetHead(view, 4, draftsHead(drafts, view))
        : [...head, textLine(` ${t.chats.draftsTitle(drafts.length)}`, 'bold')],
    status: status ?? (error === null ? null : textLine(` ! ${error}`, 'bold')),
    foot: foot(lead),
  });
  const rows = bodyRows(view, partsWith(''));
  const list = useList(drafts.length, Math.max(1, Math.floor(rows / 4)));
  const draft = drafts[list.cursor];
  const before = useDraftHistory(draft ?? null);
  useActions(
    ['drafts', 'chats'],
    {
      ...list.handlers,
      open: () => {
        if (draft !== undefined) setWhole(chatOfDraft(draft));
        return true;
      },
      'next-pane': () => {
        close();
        return true;
      },
      back: () => {
        close();
        return true;
      },
    },
    { priority: layer.screen + 3, active: whole === null, offers: { draft: { draft, reload } } },
  );
  if (whole !== null)
    return (
      <ConversationScreen chat={whole} head={head} list={null} withTabs={row !== null} close={() => setWhole(null)} />
    );
  const body =
    drafts.length === 0
      ? [textLine(` ${data === null ? t.why.loading : t.chats.noDrafts}`, 'muted')]
      : draftsBody(drafts, { cursor: list.cursor, messages: before, view, rows, withSession: row === null });
  const lead = draft === undefined ? '' : draftName(draft);
  return <Lines lines={framed(view, partsWith(lead), body)} theme={view.theme} />;
};
