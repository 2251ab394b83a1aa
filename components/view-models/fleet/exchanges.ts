import { plainText } from '../../../src/session/plain-text.ts';
import type { ChatMessage, ChatRow } from '../../../src/session/records.ts';
import { chatName } from '../chats/chats.ts';
import type { Exchange } from './fleet-extra.ts';

/** The last question of a chat, and the answer that came to it; null where its customer has not written. */
export const lastExchange = (chat: ChatRow, messages: readonly ChatMessage[]): Exchange | null => {
  const ordered = [...messages].sort((a, b) => a.at - b.at);
  const asked = ordered.filter(({ from, text }) => from === 'customer' && text !== '').at(-1);
  if (asked === undefined) return null;

  const said = ordered.find(({ from, at, text }) => from !== 'customer' && at >= asked.at && text !== '');
  return {
    who: chatName(chat),
    at: asked.at,
    asked: plainText(asked.text),
    said: said === undefined ? null : plainText(said.text),
    tookMs: said === undefined ? null : said.at - asked.at,
  };
};
