import { createHash } from 'node:crypto';
import type { EpochMs } from '../../../src/session/units.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';
import { wordsOf } from '../core/message-words.ts';
import { gapWords } from '../limits/moment-words.ts';
import type { StoredItem } from './history.ts';

/** Characters that are remembered of what a medium said: the whole of it was there when it came. */
const mediaRemembered = 2000;

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Stored messages of one chat, oldest first, as the AI is given them. */
export const historyItems = (messages: readonly StoredMessage[], timeZone: string): readonly StoredItem[] => {
  let last: EpochMs | null = null;

  return messages.flatMap((message): StoredItem[] => {
    const text = wordsOf(message, { timeZone, mediaLength: mediaRemembered });
    if (text.trim() === '') return [];
    const isCustomer = message.sender === 'customer';
    const isLater = last !== null && gapWords(timeZone, last, message.at) !== null;
    last = message.at;
    return [{ id: String(message.seq), role: isCustomer ? 'customer' : 'assistant', text, at: message.at, isLater }];
  });
};
