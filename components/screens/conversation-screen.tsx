import { type ReactNode, useState } from 'react';
import type { ChatMessage, ChatRow } from '../../src/session/records.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { useChatTurn } from '../hooks/use-chat-turn.ts';
import { layer, useActions } from '../hooks/use-keys.ts';
import { useQuery } from '../hooks/use-query.ts';
import { type Line, span, textLine } from '../paint/line.ts';
import { chatName, isPaused } from '../view-models/chats/chats.ts';
import { besideList, paneWidth } from '../view-models/chats/chats-layout.ts';
import { conversationLines, messageRows } from '../view-models/chats/conversation.ts';
import { footerLine, placeFoot } from '../view-models/footer.ts';
import { bodyRows, framed } from '../view-models/frame.ts';
import { tabFoot } from '../view-models/session-foot.ts';
import { Lines } from '../widgets/lines.tsx';

const atOnce = 100;

/** One conversation: the messages, how each of them ended, and why. */
export const ConversationScreen = ({
  chat,
  head,
  list,
  withTabs,
  close,
}: {
  readonly chat: ChatRow;
  readonly head: readonly Line[];
  /** The chats at its left; null: it has the window for itself. */
  readonly list: readonly Line[] | null;
  readonly withTabs: boolean;
  readonly close: () => void;
}): ReactNode => {
  const view = useView();
  const act = useDo();
  const status = useStatusLine();
  const [up, setUp] = useState(0);
  const [limit, setLimit] = useState(atOnce);
  const [following, setFollowing] = useState(true);
  const { data, error, reload } = useQuery(
    `messages ${chat.sessionName} ${chat.chatId} ${limit}`,
    async () => {
      const [{ messages }, { chats }] = await Promise.all([
        act.request('messages', { name: chat.sessionName, chat: chat.chatId, limit }),
        act.request('chats', { name: chat.sessionName, limit: 200 }),
      ]);
      return { messages, chat: chats.find(({ chatId }) => chatId === chat.chatId) ?? chat };
    },
    following ? 2000 : null,
  );
  const now = data?.chat ?? chat;
  const paused = isPaused(now, view.now);
  const messages: readonly ChatMessage[] = data?.messages ?? [];
  const labels = { pause: paused ? 'resume' : 'pause', follow: following ? 'holdView' : 'follow' } as const;
  const parts = {
    head,
    status: status ?? (error === null ? null : textLine(` ! ${error}`, 'bold')),
    foot: withTabs
      ? [footerLine(view, view.keys.footer('conversation', { labels }), [], chatName(now)), tabFoot(view)]
      : placeFoot(view, { name: 'conversation', labels, lead: chatName(now), own: ['follow'] }),
  };
  const rows = bodyRows(view, parts);
  const width = list === null ? view.columns - 3 : paneWidth(view);
  const turn = useChatTurn(now);
  const height = messageRows(now, view, { width, rows, turn });
  // A message takes at most its lines, when it was, and a blank.
  const most = 8 * messages.length;
  const scroll = (by: number) => {
    if (up + by > 2 * messages.length && messages.length >= limit) setLimit(Math.min(500, limit + atOnce));
    setUp((before) => Math.max(0, Math.min(before + by, most)));
    return true;
  };
  useActions(
    ['chats'],
    {
      up: () => scroll(1),
      down: () => scroll(-1),
      'half-up': () => scroll(Math.floor(height / 2)),
      'half-down': () => scroll(-Math.floor(height / 2)),
      first: () => scroll(most),
      last: () => scroll(-up),
      follow: () => {
        setFollowing((before) => !before);
        setUp(0);
        return true;
      },
      back: () => {
        close();
        return true;
      },
    },
    { priority: layer.screen + 3, offers: { conversation: { chat: now, messages }, chat: { chat: now, reload } } },
  );
  const shown = data === null ? null : messages;
  const pane = conversationLines(now, { messages: shown, view, up, width, rows, withSession: !withTabs, turn });
  const body = list === null ? pane.map((line) => [span(' '), ...line]) : besideList(list, pane, view, rows);
  return <Lines lines={framed(view, parts, body)} theme={view.theme} />;
};
