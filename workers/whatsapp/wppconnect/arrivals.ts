import { messageOf } from '../../../src/session/fleet-error.ts';
import type { WhatsAppMessage } from '../whatsapp-client.ts';
import type { EventHub } from './event-hub.ts';
import type { LibraryLog } from './library.ts';

/** How many message ids are remembered against doubles: the page tells some messages twice, within moments. */
const rememberedIds = 5_000;

/** Turns what the library hears into events: messages in the order they came, each id once, and deliveries of our own. */
export const createArrivals = (options: {
  readonly readMessage: (given: unknown) => Promise<WhatsAppMessage | null>;
  readonly hub: EventHub;
  readonly log: LibraryLog;
}) => {
  const seen = new Set<string>();
  let inOrder: Promise<void> = Promise.resolve();

  const read = async (given: unknown): Promise<void> => {
    const message = await options.readMessage(given);
    if (message === null || seen.has(message.id)) return;
    seen.add(message.id);
    const [oldest] = seen;
    if (seen.size > rememberedIds && oldest !== undefined) seen.delete(oldest);
    options.hub.emit({ type: 'message', message });
  };

  return {
    message: (given: unknown): void => {
      inOrder = inOrder
        .then(() => read(given))
        .catch((error: unknown) => options.log.error(`a message could not be read: ${messageOf(error)}`));
    },
    ack: (given: unknown): void => {
      const { id, ack } = given as { id?: { _serialized?: string } | string; ack?: number };
      const key = typeof id === 'string' ? id : id?._serialized;
      if (key?.startsWith('true_') && typeof ack === 'number') options.hub.emit({ type: 'ack', id: key, ack });
    },
  };
};

export type Arrivals = ReturnType<typeof createArrivals>;
