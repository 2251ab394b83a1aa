import { type ReactNode, useState } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import type { ChatRow } from '../../src/session/records.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { useChatTurn } from '../hooks/use-chat-turn.ts';
import { layer, useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useMessages } from '../hooks/use-messages.ts';
import { useQuery } from '../hooks/use-query.ts';
import { useRested } from '../hooks/use-rested.ts';
import { useSearchField } from '../hooks/use-search-field.ts';
import type { KeyScreen } from '../keys/keymap.ts';
import { showField } from '../paint/field.ts';
import { type Line, textLine } from '../paint/line.ts';
import { chatLine, chatLines } from '../view-models/chats/chat-lines.ts';
import { chatName, isPaused, sortChats } from '../view-models/chats/chats.ts';
import { besideList, isSplit, listWidth, paneWidth, waitingHead } from '../view-models/chats/chats-layout.ts';
import { conversationLines } from '../view-models/chats/conversation.ts';
import { footerLine, placeFoot } from '../view-models/footer.ts';
import { bodyRows, framed } from '../view-models/frame.ts';
import { fleetHead, sessionHead } from '../view-models/screen-head.ts';
import { tabFoot } from '../view-models/session-foot.ts';
import type { View } from '../view-models/view.ts';
import { Lines } from '../widgets/lines.tsx';
import { ConversationScreen } from './conversation-screen.tsx';
import { DraftsScreen } from './drafts-screen.tsx';

const screens: readonly KeyScreen[] = ['chats'];
/** The conversation under the cursor is read when the cursor has rested. */
const restMs = 200;

/** The list as it is in this window: two rows a chat where the conversation stands beside it. */
const listLines = (
  chats: readonly ChatRow[],
  view: View,
  {
    top,
    cursor,
    height,
    withSession,
  }: { readonly top: number; readonly cursor: number; readonly height: number; readonly withSession: boolean },
): readonly Line[] =>
  chats.slice(top, top + height).flatMap((chat, index) => {
    const isCursor = top + index === cursor;
    return isSplit(view)
      ? chatLines(chat, view, { width: listWidth(view), isCursor, withSession })
      : [chatLine(chat, view, { width: view.columns - 1, isCursor, withSession })];
  });

const useChats = (row: SessionRow | null, search: string) => {
  const act = useDo();
  return useQuery(
    `chats ${row?.name ?? ''} ${search}`,
    () =>
      act.request('chats', {
        limit: 200,
        ...(row === null ? {} : { name: row.name }),
        ...(search === '' ? {} : { search }),
      }),
    2000,
  );
};

/** Keys that act on the chat under the cursor. */
const needChat = ['open', 'why', 'pause', 'dismiss-silence', 'copy', 'go-to-session'];

/** `chat`: the one under the cursor; undefined: there is none. */
const chatsFoot = (view: View, row: SessionRow | null, chat: ChatRow | undefined): readonly Line[] => {
  const lead = chat === undefined ? null : chatName(chat);
  const labels = chat !== undefined && isPaused(chat, view.now) ? { pause: 'resume' as const } : {};
  const choice = { without: lead === null ? needChat : [], labels };
  return row === null
    ? placeFoot(view, { name: 'chats', ...choice, lead: lead ?? '', own: ['filter', 'next-pane'] })
    : [footerLine(view, view.keys.footer('chats', choice), [], lead ?? ''), tabFoot(view)];
};

/** The chats of one session, or of all (null): who waits longest first. Enter opens the conversation, tab the drafts. */
export const ChatsScreen = ({ row }: { readonly row: SessionRow | null }): ReactNode => {
  const view = useView();
  const { t } = view;
  const message = useStatusLine();
  const [opened, setOpened] = useState<ChatRow | null>(null);
  const [drafts, setDrafts] = useState(false);
  const { search, typing, open: openSearch, clear: clearSearch } = useSearchField();
  const { data, error, reload } = useChats(row, search.text);
  const chats = sortChats(data?.chats ?? []);
  const head = row === null ? fleetHead(view, 4, waitingHead(view)) : sessionHead(row, view, 2);
  const filtered =
    search.text === '' ? null : textLine(` ${t.fleet.filtered(search.text, chats.length, chats.length)}`);
  const status: Line | null = typing
    ? textLine(` /${showField(search, view.columns - 6)}`)
    : (message ?? (error !== null ? textLine(` ! ${error}`, 'bold') : filtered));
  const partsWith = (under: ChatRow | undefined) => ({ head, status, foot: chatsFoot(view, row, under) });
  const rows = bodyRows(view, partsWith(chats[0]));
  const height = isSplit(view) ? Math.floor(rows / 2) : rows;
  const list = useList(chats.length, height);
  const chat = chats[list.cursor];
  const parts = partsWith(chat);
  const listing = opened === null && !drafts;
  const looked = useRested(isSplit(view) && !drafts ? (chat ?? null) : null, restMs);
  const beside = useMessages(listing ? looked : null, 60, 2000);
  const turn = useChatTurn(listing ? looked : null);

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
        openSearch();
        return true;
      },
      back: () => {
        if (search.text === '') return false;
        clearSearch();
        return true;
      },
    },
    { priority: layer.screen + 2, active: listing, offers: { chat: { chat, reload } } },
  );
  const input = { top: list.top, cursor: list.cursor, height, withSession: row === null };
  const lines = listLines(chats, view, input);
  if (opened !== null)
    return (
      <ConversationScreen
        chat={opened}
        head={head}
        list={isSplit(view) ? lines : null}
        withTabs={row !== null}
        close={() => setOpened(null)}
      />
    );
  if (drafts) return <DraftsScreen row={row} head={head} close={() => setDrafts(false)} />;

  if (chats.length === 0) {
    const none = row === null ? t.chats.none : t.overview.noChats;
    const words = data === null ? t.why.loading : search.text === '' ? none : t.chats.noMatch(search.text);
    return <Lines lines={framed(view, parts, [textLine(` ${words}`, 'muted')])} theme={view.theme} />;
  }
  if (!isSplit(view)) return <Lines lines={framed(view, parts, lines)} theme={view.theme} />;
  const pane =
    looked === null
      ? []
      : conversationLines(looked, {
          messages: beside.data?.messages ?? null,
          view,
          up: 0,
          width: paneWidth(view),
          rows,
          withSession: row === null,
          turn,
        });
  return <Lines lines={framed(view, parts, besideList(lines, pane, view, rows))} theme={view.theme} />;
};
