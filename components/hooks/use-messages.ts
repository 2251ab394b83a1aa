import type { ChatMessage, ChatRow, DraftRow } from '../../src/session/records.ts';
import { useDo } from './contexts.ts';
import { type Query, useQuery } from './use-query.ts';
import { useRested } from './use-rested.ts';

/** The newest messages of a chat; null: of none. */
export const useMessages = (
  chat: Pick<ChatRow, 'sessionName' | 'chatId'> | null,
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

const restMs = 200;

/** What was said in a draft's chat, when the cursor has rested on it; empty until it is read. */
export const useDraftHistory = (draft: DraftRow | null): readonly ChatMessage[] => {
  const rested = useRested(draft?.outboxId ?? null, restMs);
  const asked = draft !== null && draft.outboxId === rested ? draft : null;
  return useMessages(asked, 40, 10_000).data?.messages ?? [];
};
