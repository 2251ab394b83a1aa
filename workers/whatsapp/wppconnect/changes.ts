import { z } from 'zod';
import type { MessageChange } from '../whatsapp-client.ts';
import type { PageAccess } from './client-core.ts';
import type { Contacts } from './contacts.ts';
import { readMessage } from './receiving.ts';

/** What page-changes.ts tells. */
const pageNews = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['cleared', 'edited']), message: z.unknown(), at: z.number() }),
  z.object({ kind: z.literal('deleted'), messageId: z.string(), at: z.number() }),
  z.object({
    kind: z.enum(['reaction', 'vote']),
    messageId: z.string(),
    author: z.string(),
    fromMe: z.boolean(),
    value: z.string(),
    at: z.number(),
  }),
  z.object({ kind: z.literal('failed'), what: z.string() }),
]);

export const deletionOf = (messageId: string, at: number): MessageChange => {
  const [mine, chatId = ''] = messageId.split('_');
  return { kind: 'deleted', messageId, chatId, fromMe: mine === 'true', at };
};

/** Our change from what the page tells; null for what is none. Rejects for what it does not know. */
export const readChange = async (
  access: PageAccess,
  contacts: Contacts,
  given: unknown,
): Promise<MessageChange | null> => {
  const news = pageNews.parse(given);
  switch (news.kind) {
    case 'failed':
      access.log.error(`some of what becomes of messages is not heard: ${news.what}`);
      return null;
    case 'deleted':
      return deletionOf(news.messageId, news.at);
    case 'reaction':
    case 'vote':
      return { ...news, chatId: news.messageId.split('_')[1] ?? '' };
    default: {
      const message = await readMessage(access, contacts, news.message);
      const isReadable = message !== null && message.kind !== 'ciphertext';
      return isReadable ? { kind: news.kind, message, at: news.at } : null;
    }
  }
};
