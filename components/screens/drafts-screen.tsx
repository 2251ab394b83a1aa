import type { ReactNode } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { lineBreakMark, plainText } from '../../src/session/plain-text.ts';
import type { DraftRow } from '../../src/session/records.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { layer, useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useQuery } from '../hooks/use-query.ts';
import { type Line, textLine } from '../paint/line.ts';
import { draftLines } from '../view-models/chats.ts';
import { foot, footerLine } from '../view-models/footer.ts';
import { bodyRows, framed } from '../view-models/frame.ts';
import { tabFoot } from '../view-models/session-header.ts';
import { backKeys } from '../view-models/session-keys.ts';
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
  const keys = footerLine(
    view,
    [
      foot('approve', 'approve', 1),
      foot('edit-draft', 'edit', 2),
      foot('drop-draft', 'drop', 3),
      foot('copy', 'copy', 6),
    ],
    row === null ? backKeys : [],
  );
  const parts = {
    head: [...head, textLine(` ${t.chats.draftsTitle(drafts.length)}`, 'bold')],
    status: status ?? (error === null ? null : textLine(` ! ${error}`, 'bold')),
    foot: row === null ? [keys] : [keys, tabFoot(view)],
  };
  const height = bodyRows(view, parts);
  // A draft takes up to five rows; those before the cursor scroll out.
  const list = useList(drafts.length, Math.max(1, Math.floor(height / 5)));
  const draft = drafts[list.cursor];
  const decide = (chosen: DraftRow, action: 'approve' | 'drop', verb: string) =>
    act.run(verb, plainText(chosen.chatName ?? chosen.chatId), async () => {
      await act.request('draft', { outboxId: chosen.outboxId, action, actor: 'you' });
      reload();
      return null;
    });
  useActions(
    ['drafts', 'chats'],
    {
      ...list.handlers,
      approve: () => {
        if (draft !== undefined) decide(draft, 'approve', t.foot.approve.long);
        return true;
      },
      'edit-draft': () => {
        if (draft === undefined) return true;
        act.open({
          kind: 'text',
          title: t.chats.editDraft,
          label: t.chats.text,
          value: plainText(draft.text),
          secret: false,
          check: (text) => (text.trim() === '' ? t.chats.emptyDraft : null),
          save: async (text) => {
            await act.request('draft', {
              outboxId: draft.outboxId,
              action: 'edit',
              text: text.replaceAll(lineBreakMark, '\n'),
              actor: 'you',
            });
            reload();
          },
        });
        return true;
      },
      'drop-draft': () => {
        if (draft === undefined) return true;
        act.open({
          kind: 'ask',
          title: t.dialog.askTitle(t.foot.drop.long, plainText(draft.chatName ?? draft.chatId)),
          lines: [t.dialog.dropWhat, plainText(draft.text)],
          targets: [],
          yes: () => decide(draft, 'drop', t.foot.drop.long),
        });
        return true;
      },
      copy: () => {
        if (draft !== undefined) act.copy(draft.text, t.foot.drafts.long);
        return true;
      },
      open: () => true,
      'next-pane': () => {
        close();
        return true;
      },
      back: () => {
        close();
        return true;
      },
    },
    { priority: layer.screen + 3 },
  );
  const body =
    drafts.length === 0
      ? [textLine(` ${data === null ? t.why.loading : t.chats.noDrafts}`)]
      : drafts.slice(list.top).flatMap((each, index) => draftLines(each, view, list.top + index === list.cursor));
  return <Lines lines={framed(view, parts, body)} theme={view.theme} />;
};
