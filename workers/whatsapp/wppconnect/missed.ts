import type { WhatsAppMessage } from '../whatsapp-client.ts';

/** One chat as the page has it, newest messages only. */
export interface ChatTail {
  readonly unread: number;
  readonly messages: readonly WhatsAppMessage[];
}

/**
 * What was missed in a chat: its unread messages, and those younger than `since` that nobody on our side answered after.
 * Oldest first.
 */
export const missedIn = (tail: ChatTail, since: number): readonly WhatsAppMessage[] => {
  const ordered = [...tail.messages].sort((a, b) => a.timestamp - b.timestamp);
  const incoming = ordered.filter((message) => !message.fromMe);
  const unread = new Set(tail.unread > 0 ? incoming.slice(-tail.unread) : []);
  const lastMine = ordered.findLastIndex((message) => message.fromMe);
  return ordered.filter(
    (message, index) => !message.fromMe && (unread.has(message) || (message.timestamp >= since && index > lastMine)),
  );
};
