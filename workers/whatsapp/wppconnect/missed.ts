import { messageKey } from '../../../src/session/message-key.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import type { WhatsAppMessage } from '../whatsapp-client.ts';

/** One chat as the page has it, newest messages only. */
export interface ChatTail {
  readonly unread: number;
  readonly messages: readonly WhatsAppMessage[];
}

const keyOf = (message: WhatsAppMessage): string => messageKey(message.id);
const byTime = (a: WhatsAppMessage, b: WhatsAppMessage): number => a.timestamp - b.timestamp;

/** Each message once; one that is told under several addresses of a person knows them all. */
const onceEach = (messages: readonly WhatsAppMessage[]): WhatsAppMessage[] => {
  const once = new Map<string, WhatsAppMessage>();
  for (const message of messages) {
    const known = once.get(keyOf(message));
    if (known === undefined) once.set(keyOf(message), message);
    else
      once.set(keyOf(message), {
        ...known,
        phone: known.phone ?? message.phone,
        addresses: [...new Set([...known.addresses, ...message.addresses])],
      });
  }
  return [...once.values()];
};

const unreadKeys = ({ unread, messages }: ChatTail): string[] => {
  const incoming = messages.filter((message) => !message.fromMe).sort(byTime);
  return unread > 0 ? incoming.slice(-unread).map(keyOf) : [];
};

/**
 * What was missed in a chat, or in the chats of one person under several addresses: the unread messages, and those younger than `since`
 * that nobody on our side answered after. Oldest first, each once.
 */
export const missedIn = (tails: readonly ChatTail[], since: EpochMs): readonly WhatsAppMessage[] => {
  const unread = new Set(tails.flatMap(unreadKeys));
  const ordered = onceEach(tails.flatMap((tail) => tail.messages)).sort(byTime);
  const lastMine = ordered.findLastIndex((message) => message.fromMe);
  return ordered.filter(
    (message, index) =>
      !message.fromMe && (unread.has(keyOf(message)) || (message.timestamp >= since && index > lastMine)),
  );
};

/** The same message under two addresses, or an address that both know: the chats of one person together, others by themselves. */
export const tailsByPerson = (tails: readonly ChatTail[]): readonly (readonly ChatTail[])[] => {
  const groups: { tails: ChatTail[]; marks: Set<string> }[] = [];
  for (const tail of tails) {
    const marks = new Set(
      tail.messages.flatMap((message) =>
        message.chatKind === 'person' ? [keyOf(message), ...message.addresses] : [message.chatId],
      ),
    );
    const same = groups.filter((group) => [...marks].some((mark) => group.marks.has(mark)));
    const [first, ...others] = same;
    if (first === undefined) {
      groups.push({ tails: [tail], marks });
      continue;
    }

    first.tails.push(tail, ...others.flatMap((other) => other.tails));
    first.marks = new Set([first, { marks }, ...others].flatMap((one) => [...one.marks]));
    for (const other of others) groups.splice(groups.indexOf(other), 1);
  }
  return groups.map((group) => group.tails);
};
