import { type ReactNode, useState } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import type { ChatRow } from '../../src/session/records.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { layer, useActions, useKeyLayer } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useQuery } from '../hooks/use-query.ts';
import type { KeyScreen } from '../keys/keymap.ts';
import { editField, emptyField, type Field, insertText, showField } from '../paint/field.ts';
import { type Line, textLine } from '../paint/line.ts';
import { chatKey, chatLine, sortChats } from '../view-models/chats.ts';
import { footerLine } from '../view-models/footer.ts';
import { bodyRows, framed } from '../view-models/frame.ts';
import { fleetHead, sessionHead } from '../view-models/screen-head.ts';
import { tabFoot } from '../view-models/session-foot.ts';
import { Lines } from '../widgets/lines.tsx';
import { ConversationScreen } from './conversation-screen.tsx';
import { DraftsScreen } from './drafts-screen.tsx';

const screens: readonly KeyScreen[] = ['chats'];

/** The chats of one session, or of all (null): who waits first. Enter opens the conversation, tab the drafts. */
export const ChatsScreen = ({ row }: { readonly row: SessionRow | null }): ReactNode => {
  const view = useView();
  const act = useDo();
  const { t } = view;
  const message = useStatusLine();
  const [opened, setOpened] = useState<ChatRow | null>(null);
  const [drafts, setDrafts] = useState(false);
  const [search, setSearch] = useState<Field>(emptyField);
  const [typing, setTyping] = useState(false);
  const { data, error, reload } = useQuery(
    `chats ${row?.name ?? ''} ${search.text}`,
    () =>
      act.request('chats', {
        limit: 200,
        ...(row === null ? {} : { name: row.name }),
        ...(search.text === '' ? {} : { search: search.text }),
      }),
    2000,
  );
  const chats = sortChats(data?.chats ?? []);
  const head = row === null ? fleetHead(view, 4) : sessionHead(row, view, 2);
  const status: Line | null = typing
    ? textLine(` /${showField(search, view.columns - 6)}`)
    : (message ??
      (error !== null
        ? textLine(` ! ${error}`, 'bold')
        : search.text === ''
          ? null
          : textLine(` ${t.fleet.filtered(search.text, chats.length, chats.length)}`)));
  const keys = footerLine(view, view.keys.footer('chats'), row === null ? view.keys.footer('end') : []);
  const parts = { head, status, foot: row === null ? [keys] : [keys, tabFoot(view)] };
  const height = bodyRows(view, parts);
  const list = useList(chats.length, height);
  const chat = chats[list.cursor];
  const listing = opened === null && !drafts;

  useActions(
    screens,
    {
      ...list.handlers,
      open: () => {
        if (chat !== undefined) setOpened(chat);
        return true;
      },
      'next-pane': () => {
        setDrafts(true);
        return true;
      },
      filter: () => {
        setTyping(true);
        return true;
      },
      back: () => {
        if (search.text === '') return false;
        setSearch(emptyField);
        return true;
      },
    },
    { priority: layer.screen + 2, active: listing, offers: { chat: { chat, reload } } },
  );
  useKeyLayer(
    {
      priority: layer.field,
      insert: (text) => setSearch((before) => insertText(before, text, 200)),
      press: (key) => {
        if (key.name === 'ctrl+c') return false;
        if (key.name === 'enter') setTyping(false);
        else if (key.name === 'esc') {
          setTyping(false);
          setSearch(emptyField);
        } else setSearch((before) => editField(before, key) ?? before);
        return true;
      },
    },
    typing,
  );
  if (opened !== null)
    return <ConversationScreen chat={opened} head={head} withTabs={row !== null} close={() => setOpened(null)} />;
  if (drafts) return <DraftsScreen row={row} head={head} close={() => setDrafts(false)} />;
  const body =
    chats.length === 0
      ? [textLine(` ${data === null ? t.why.loading : t.chats.none}`)]
      : chats
          .slice(list.top, list.top + height)
          .map((each, index) =>
            chatLine(
              each,
              view,
              chatKey(each) === chatKey(chat ?? each) && list.top + index === list.cursor,
              row === null,
            ),
          );
  return <Lines lines={framed(view, parts, body)} theme={view.theme} />;
};
