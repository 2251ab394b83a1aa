import type { StoredMessage } from '../../../src/store/message-store.ts';
import { type UnreadCause, type WordsOptions, wordsOf } from '../core/message-words.ts';
import { laterWords } from './history-times.ts';

/** The messages of one turn as one text for the AI. Pure. */

/** About 20,000 tokens: what every service takes, with room for history and instructions. */
const longestTurn = 60_000;
/** Of one message however many there are: enough to know what it was about. */
const leastPerMessage = 300;

export interface JoinOptions {
  readonly timeZone: string;
  /** Why a message's medium was not read, by the message's `seq`. */
  readonly unread: ReadonlyMap<number, UnreadCause>;
  /** Characters; the usual bound when it is left out. */
  readonly longest?: number;
  /** What media said goes along; left out: yes. */
  readonly withMedia?: boolean;
}

const withoutMedia = (message: StoredMessage): StoredMessage => ({ ...message, mediaText: null });

export const joinedWords = (messages: readonly StoredMessage[], options: JoinOptions): string => {
  const { timeZone, unread, longest = longestTurn, withMedia = true } = options;
  const joined = (limits: Pick<WordsOptions, 'textLength' | 'mediaLength'>): string =>
    messages
      .flatMap((message, index) => {
        const told = withMedia ? message : withoutMedia(message);
        const words = wordsOf(told, { ...limits, timeZone, unread: unread.get(message.seq) ?? null });
        if (words.trim() === '') return [];

        const before = messages[index - 1];
        const later = before === undefined ? null : laterWords(timeZone, before.at, message.at, message.at);
        return later === null ? [words] : [`[${later}]`, words];
      })
      .join('\n');

  const whole = joined({});
  if (whole.length <= longest) return whole;
  const share = Math.max(leastPerMessage, Math.floor(longest / messages.length / 2));
  return joined({ textLength: share, mediaLength: share });
};

/** Only what the customer typed or said himself: what tells a person from another bot. */
export const typedWords = (messages: readonly StoredMessage[]): string =>
  messages
    .map((message) => [message.text, message.mediaText ?? ''].filter((text) => text.trim() !== '').join(' '))
    .filter((text) => text !== '')
    .join('\n');
