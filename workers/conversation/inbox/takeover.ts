import type { EpochMs, Milliseconds } from '../../../src/session/units.ts';

/** Is a message sent from our account a person typing on the phone? Then the bot is silent in that chat for `takeoverMinutes`. */

export interface OwnMessage {
  readonly conversationId: number;
  readonly text: string;
  /** WhatsApp's time, of second precision. */
  readonly timestamp: EpochMs;
}

/** What a message of our account came after, in its own chat. */
export interface Moment {
  /** Since the customer's message before it; null: he wrote none. */
  readonly afterCustomerMs: Milliseconds | null;
  /** That message of the customer began a visit: his first one, or the first after `greetingSilenceMs`. */
  readonly beginsVisit: boolean;
  /** Another text of ours, from the phone, in this chat since that visit began: somebody has the chat open. */
  readonly typedBefore: boolean;
}

export interface TakeoverContext extends Moment {
  /** The message's id is in our outbox: a reply, `send`, an alert. */
  readonly inOutbox: boolean;
  /** When the present connection became `connected`. */
  readonly connectedAt: EpochMs;
  /** Earlier messages of our account with the same text in other chats (`sameTextElsewhere`), and what each came after. */
  readonly sameText: readonly (Moment & { readonly conversationId: number; readonly timestamp: EpochMs })[];
}

/**
 * `ours`: from our outbox. `history`: older than this connection. `greeting`: WhatsApp Business's own greeting or away message.
 * `broadcast`: the same text to several chats at once. Nobody opened the chat for these. `person`: somebody did; with a `doubt`, what
 * it looks like besides, he may not have: the bot is silent all the same.
 */
export type TakeoverResult =
  | { readonly kind: 'ours' | 'history' | 'greeting' | 'broadcast' }
  | { readonly kind: 'person'; readonly doubt: 'greeting' | null };

/** WhatsApp Business greets a first message, and again after 14 days without one (WhatsApp's help page on greeting messages). */
export const greetingSilenceMs: Milliseconds = 14 * 86_400_000;

/** A greeting leaves at once; a thumb does not. Times are cut to seconds. */
const automaticWithinMs: Milliseconds = 2000;

/** A text that others had as well and that came this soon after a first message may be a greeting of a slow phone. */
const slowGreetingMs: Milliseconds = 10_000;

/** An away message goes out for later messages of a visit too; seen in this many other chats it is known for one. */
const awayChats = 2;

/** One text to this many chats within this time was not typed into each of them: a broadcast list, or forwarded. */
const broadcastChats = 3;
const broadcastMs: Milliseconds = 5000;

/** "Bom dia!" typed twice is still a person; a greeting or campaign that repeats is longer than this. */
const shortestRepeated = 12;

/** One spelling for texts that a template made: case, blanks and the marks around words do not count. */
export const ownTextKey = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** The same text of ours in another conversation: a template. A medium without text is the same as no other. */
export const sameTextElsewhere = <M extends OwnMessage>(message: OwnMessage, recentOwn: readonly M[]): readonly M[] => {
  const key = ownTextKey(message.text);
  if (key.length < shortestRepeated) return [];
  return recentOwn.filter((other) => other.conversationId !== message.conversationId && ownTextKey(other.text) === key);
};

/** Left within two seconds of the customer's message, in a chat that nobody was typing in. */
export const isAutomatic = ({ afterCustomerMs, typedBefore }: Moment): boolean =>
  afterCustomerMs !== null && afterCustomerMs <= automaticWithinMs && !typedBefore;

const chatsOf = (messages: readonly { readonly conversationId: number }[]): number =>
  new Set(messages.map((message) => message.conversationId)).size;

/** What it is known for in other chats decides: the first of a kind cannot be told from a person. */
const isGreeting = (context: TakeoverContext): boolean => {
  if (!isAutomatic(context)) return false;
  const before = context.sameText.filter(isAutomatic);
  return context.beginsVisit ? before.length > 0 : chatsOf(before) >= awayChats;
};

const isBroadcast = (message: { readonly timestamp: EpochMs }, context: TakeoverContext): boolean =>
  1 + chatsOf(context.sameText.filter((other) => Math.abs(other.timestamp - message.timestamp) <= broadcastMs)) >=
  broadcastChats;

/** Without a known twin, or not as fast as a machine: it may have been one, and nobody can tell. */
const isDoubtful = (context: TakeoverContext): boolean => {
  const { afterCustomerMs, beginsVisit, typedBefore, sameText } = context;
  if (afterCustomerMs === null || !beginsVisit || typedBefore) return false;
  return afterCustomerMs <= automaticWithinMs || (sameText.length > 0 && afterCustomerMs <= slowGreetingMs);
};

/** Decides for one message with `fromMe`. */
export const judgeOwnMessage = (message: { readonly timestamp: EpochMs }, context: TakeoverContext): TakeoverResult => {
  if (context.inOutbox) return { kind: 'ours' };
  // Times have second precision: a message of the connection's own second is new.
  if (message.timestamp < Math.floor(context.connectedAt / 1000) * 1000) return { kind: 'history' };
  if (isGreeting(context)) return { kind: 'greeting' };
  if (isBroadcast(message, context)) return { kind: 'broadcast' };
  return { kind: 'person', doubt: isDoubtful(context) ? 'greeting' : null };
};
