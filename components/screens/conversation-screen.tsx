import { type ReactNode, useState } from 'react';
import { formatPhone } from '../../src/session/phone.ts';
import type { ChatMessage, ChatRow } from '../../src/session/records.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { layer, useActions } from '../hooks/use-keys.ts';
import { useQuery } from '../hooks/use-query.ts';
import { type Line, layout, place, textLine } from '../paint/line.ts';
import { chatName, isPaused, messagesWindow } from '../view-models/chats.ts';
import { footerLine } from '../view-models/footer.ts';
import { bodyRows, framed } from '../view-models/frame.ts';
import { tabFoot } from '../view-models/session-foot.ts';
import { Lines } from '../widgets/lines.tsx';

const atOnce = 100;

/** One conversation: the messages, how each of them ended, and why. */
export const ConversationScreen = ({
  chat,
  head,
  withTabs,
  close,
}: {
  readonly chat: ChatRow;
  readonly head: readonly Line[];
  readonly withTabs: boolean;
  readonly close: () => void;
}): ReactNode => {
  const view = useView();
  const act = useDo();
  const { t } = view;
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
  const phone = now.phone === null ? '' : `  ${formatPhone(now.phone)}`;
  const title = layout(
    [place(1, `${chatName(now)}${phone}  ${paused ? t.chats.paused(now.pausedBy ?? '') : ''}`, 'bold')],
    view.columns - 1,
  );
  const labels = { pause: paused ? 'resume' : 'pause', follow: following ? 'pauseView' : 'follow' } as const;
  const keys = footerLine(view, view.keys.footer('conversation', { labels }), withTabs ? [] : view.keys.footer('end'));
  const parts = {
    head: [...head, title],
    status: status ?? (error === null ? null : textLine(` ! ${error}`, 'bold')),
    foot: withTabs ? [keys, tabFoot(view)] : [keys],
  };
  const height = bodyRows(view, parts);
  const scroll = (by: number) => {
    if (up + by > messages.length && messages.length >= limit) setLimit(Math.min(500, limit + atOnce));
    setUp((before) => Math.max(0, Math.min(before + by, 4 * messages.length)));
    return true;
  };
  useActions(
    ['chats'],
    {
      up: () => scroll(1),
      down: () => scroll(-1),
      'half-up': () => scroll(Math.floor(height / 2)),
      'half-down': () => scroll(-Math.floor(height / 2)),
      first: () => scroll(4 * messages.length),
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
  const body =
    messages.length === 0
      ? [textLine(` ${data === null ? t.why.loading : t.chats.noMessages}`)]
      : messagesWindow(messages, up, height, view);
  return <Lines lines={framed(view, parts, body)} theme={view.theme} />;
};
