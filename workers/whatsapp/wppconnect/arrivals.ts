import { messageOf } from '../../../src/session/fleet-error.ts';
import { messageKey } from '../../../src/session/message-key.ts';
import type { MessageChange, WhatsAppMessage } from '../whatsapp-client.ts';
import type { EventHub } from './event-hub.ts';
import type { LibraryLog } from './library.ts';
import { createRecentIds } from './recent-ids.ts';

/** How many message ids are remembered against doubles: the page tells some messages twice, within moments. */
const rememberedIds = 5_000;

interface ArrivalsOptions {
  readonly readMessage: (given: unknown) => Promise<WhatsAppMessage | null>;
  readonly readChange: (given: unknown) => Promise<MessageChange | null>;
  readonly hub: EventHub;
  readonly log: LibraryLog;
}

/**
 * Turns what is heard of the page into events, in the order in which it came: each message once (under each address that it is told by),
 * what becomes of it later, and deliveries of our own.
 */
export const createArrivals = ({ readMessage, readChange, hub, log }: ArrivalsOptions) => {
  const told = createRecentIds(rememberedIds);
  /** Told as what cannot be read. */
  const unreadable = createRecentIds(rememberedIds);
  /** Cleared and deleted: the library and the page's models tell of the same one. */
  const changed = createRecentIds(rememberedIds);
  let inOrder: Promise<void> = Promise.resolve();

  const takeChange = (change: MessageChange): void => {
    if (change.kind === 'cleared') {
      unreadable.drop(change.message.id);
      if (!changed.add(`cleared ${change.message.id}`)) return;
    }
    if (change.kind === 'deleted' && !changed.add(`deleted ${messageKey(change.messageId)}`)) return;
    hub.emit({ type: 'change', change });
  };

  const takeMessage = (message: WhatsAppMessage): void => {
    const isUnreadable = message.kind === 'ciphertext';
    if (told.add(message.id)) {
      if (isUnreadable) unreadable.add(message.id);
      hub.emit({ type: 'message', message });
    } else if (!isUnreadable && unreadable.has(message.id)) {
      takeChange({ kind: 'cleared', message, at: Date.now() });
    }
  };

  const next = (what: string, work: () => Promise<void>): void => {
    inOrder = inOrder.then(work).catch((error: unknown) => log.error(`${what} could not be read: ${messageOf(error)}`));
  };

  return {
    message: (given: unknown): void =>
      next('a message', async () => {
        const message = await readMessage(given);
        if (message !== null) takeMessage(message);
      }),
    change: (given: unknown): void =>
      next('what became of a message', async () => {
        const change = await readChange(given);
        if (change !== null) takeChange(change);
      }),
    ack: (given: unknown): void => {
      const { id, ack } = given as { id?: { _serialized?: string } | string; ack?: number };
      const key = typeof id === 'string' ? id : id?._serialized;
      if (key?.startsWith('true_') && typeof ack === 'number') hub.emit({ type: 'ack', id: key, ack });
    },
  };
};

export type Arrivals = ReturnType<typeof createArrivals>;
