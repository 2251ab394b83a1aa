import type { ChatMessage, ChatRow } from '../../src/session/records.ts';
import { useDo } from './contexts.ts';
import { type Query, useQuery } from './use-query.ts';

/** The newest messages of a chat; null: of none. */
export const useMessages = (
  chat: ChatRow | null,
  limit: number,
  everyMs: number | null,
): Query<{ readonly messages: readonly ChatMessage[] } | null> => {
  const act = useDo();
  return useQuery(
    `messages ${chat?.sessionName} ${chat?.chatId} ${limit}`,
    async () => (chat === null ? null : act.request('messages', { name: chat.sessionName, chat: chat.chatId, limit })),
    chat === null ? null : everyMs,
  );
};
