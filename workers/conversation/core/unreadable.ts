import type { EpochMs, Milliseconds } from '../../../src/session/units.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';

/** A message that came without its words: they may follow (`cleared`) once the phones have agreed on a key. */

/** How long it waits for them, from when it was stored; then the AI is told that it could not be read. */
const clearsWithinMs: Milliseconds = 60_000;

export const isUnreadable = (message: Pick<StoredMessage, 'kind' | 'text'>): boolean =>
  message.kind === 'ciphertext' || (message.kind === 'text' && message.text.trim() === '');

/** Until when it may still become readable and is not answered yet; 0 for every other message. */
export const unreadableUntil = (message: Pick<StoredMessage, 'kind' | 'text' | 'storedAt'>): EpochMs =>
  isUnreadable(message) ? message.storedAt + clearsWithinMs : 0;
