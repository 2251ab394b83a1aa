import type { ChatRow, TurnRecord } from '../../src/session/records.ts';
import { turnOfWaiting } from '../view-models/chats/answer-chain.ts';
import { chatLook } from '../view-models/chats/chats.ts';
import { useDo, useView } from './contexts.ts';
import { useQuery } from './use-query.ts';

const everyMs = 5000;

/** The turn that what waits in a chat has come to; null: none, or nobody waits there. Asked for chats in trouble alone. */
export const useChatTurn = (chat: ChatRow | null): TurnRecord | null => {
  const act = useDo();
  const view = useView();
  const waits = chat !== null && chatLook(chat, view).tone === 'bad';
  const { data } = useQuery(
    `turn ${waits ? `${chat.sessionName} ${chat.chatId}` : ''}`,
    async () =>
      waits ? (await act.request('why', { name: chat.sessionName, chat: chat.chatId, limit: 1 })).turns : [],
    waits ? everyMs : null,
  );
  return chat === null || data === null ? null : turnOfWaiting(chat, data);
};
