import type { EpochMs, Milliseconds } from '../../../src/session/units.ts';

/** Is a message sent from our account a person typing on the phone? Then the bot is silent in that chat for `takeoverMinutes`. */

export interface OwnMessage {
  readonly chatId: string;
  readonly text: string;
  /** WhatsApp's time, of second precision. */
  readonly timestamp: EpochMs;
}

export interface TakeoverContext {
  /** The message's id is in our outbox: a reply, `send`, an alert. */
  readonly inOutbox: boolean;
  /** When the present connection became `connected`. */
  readonly connectedAt: EpochMs;
  /** Messages of our account that were not in our outbox, of any chat, of the last days; this one may be among them. */
  readonly recentOwn: readonly OwnMessage[];
  /** Time of the customer's first message in this chat, or of the first one after a silence of `greetingSilenceMs`; null: none. */
  readonly firstCustomerAt: EpochMs | null;
}

export type TakeoverResult =
  | { readonly person: true }
  /** `ours`: from our outbox. `history`: older than this connection. `repeated`: the same text in another chat. `greeting`: within seconds of a first message. */
  | { readonly person: false; readonly because: 'ours' | 'history' | 'repeated' | 'greeting' };

/** WhatsApp Business greets a first message, and again after 14 days without one (WhatsApp's help page on greeting messages). */
export const greetingSilenceMs: Milliseconds = 14 * 86_400_000;

/** A greeting leaves at once; 10 s allow for a slow phone and for times cut to seconds. */
const greetingWithinMs: Milliseconds = 10_000;

/** "Bom dia!" typed twice is still a person; a greeting or campaign that repeats is longer than this. */
const shortestRepeated = 12;

/** One spelling for texts that a template made: case, blanks and the marks around words do not count. */
export const ownTextKey = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** The same text of ours in another chat: a template, which no thumb typed there either. */
export const sameTextElsewhere = <M extends OwnMessage>(message: OwnMessage, recentOwn: readonly M[]): readonly M[] => {
  const key = ownTextKey(message.text);
  if (key.length < shortestRepeated) return [];
  return recentOwn.filter((other) => other.chatId !== message.chatId && ownTextKey(other.text) === key);
};

/** Decides for one message with `fromMe`. A medium has an empty text and is never `repeated`. */
export const judgeOwnMessage = (message: OwnMessage, context: TakeoverContext): TakeoverResult => {
  if (context.inOutbox) return { person: false, because: 'ours' };
  // Times have second precision: a message of the connection's own second is new.
  if (message.timestamp < Math.floor(context.connectedAt / 1000) * 1000) return { person: false, because: 'history' };
  if (sameTextElsewhere(message, context.recentOwn).length > 0) return { person: false, because: 'repeated' };
  const sinceFirst = context.firstCustomerAt === null ? null : message.timestamp - context.firstCustomerAt;
  if (sinceFirst !== null && sinceFirst > -1000 && sinceFirst <= greetingWithinMs)
    return { person: false, because: 'greeting' };
  return { person: true };
};
