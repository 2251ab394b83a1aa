import type { ChatRow } from './records.ts';
import type { EpochMs } from './units.ts';

/**
 * What "waits" means, everywhere: a customer whose message is without an answer for longer than it should be, who was left in silence, or who
 * asks for a person. A chat whose answer is still being collected or written waits for nobody. The longest waiter comes first.
 */

/** Since when a customer waits for somebody; null: he does not. */
export const chatWaitsSince = (
  chat: Pick<ChatRow, 'waiting' | 'overdue' | 'waitingSince' | 'lastInboundAt' | 'silentSince' | 'asksForPersonSince'>,
): EpochMs | null => {
  // An older master does not say how long a chat may wait: then every one that waits counts.
  const waits = chat.waiting > 0 && chat.overdue !== false ? (chat.waitingSince ?? chat.lastInboundAt ?? 0) : null;
  const all = [waits, chat.silentSince, chat.asksForPersonSince].filter((since) => since !== null);
  return all.length === 0 ? null : Math.min(...all);
};

/** When something was said last, by anybody; 0: never. */
export const chatLastAt = ({
  lastInboundAt,
  lastOutboundAt,
}: Pick<ChatRow, 'lastInboundAt' | 'lastOutboundAt'>): EpochMs => Math.max(lastInboundAt ?? 0, lastOutboundAt ?? 0);

/** Who waits comes first, the longest waiter before all; then whose answer waits for a yes, the longest first again; then the newest. */
export const longestWaiterFirst = (chats: readonly ChatRow[]): ChatRow[] => {
  const rank = (chat: ChatRow): number => chatWaitsSince(chat) ?? Number.MAX_SAFE_INTEGER;
  const draft = (chat: ChatRow): number => Number(chat.drafts > 0);
  const byLast = (a: ChatRow, b: ChatRow): number =>
    draft(a) === 1 ? chatLastAt(a) - chatLastAt(b) : chatLastAt(b) - chatLastAt(a);
  return [...chats].sort((a, b) => rank(a) - rank(b) || draft(b) - draft(a) || byLast(a, b));
};

interface Waiters {
  readonly chats: number;
  readonly oldestSince: EpochMs | null;
}

/** Since when the first customer of a session is without an answer: one who waits, or one who was left. Nobody: never. */
export const sessionWaitsSince = (row: {
  readonly waiting: Waiters;
  readonly silent: Waiters;
  readonly since: EpochMs;
}): number =>
  Math.min(
    ...[row.waiting, row.silent].map(({ chats, oldestSince }) =>
      chats > 0 ? (oldestSince ?? row.since) : Number.POSITIVE_INFINITY,
    ),
  );
