import type { EpochMs, Milliseconds } from '../../src/session/units.ts';
import type { WhatsAppMessage } from '../whatsapp/whatsapp-client.ts';

/**
 * Tells a quiet phone from a deaf worker: messages that WhatsApp has, but that never came by themselves. Pure; the caller asks WhatsApp
 * for them (`missedMessages`) and hands them to the inbox all the same.
 */
export interface DeafWatch {
  /** A message came by itself, or by a catch-up that was due. */
  saw(id: string): void;
  connected(at: EpochMs): void;
  /** Which of the messages that were asked for should have come by themselves. */
  strays(missed: readonly WhatsAppMessage[], now: EpochMs): readonly WhatsAppMessage[];
}

/** An event may be on its way; and WhatsApp's times are whole seconds of another clock. */
export const strayAge: Milliseconds = 30_000;
const remembered = 4000;

export const createDeafWatch = (): DeafWatch => {
  const seen = new Set<string>();
  let connectedAt: EpochMs = Number.POSITIVE_INFINITY;
  const remember = (id: string): void => {
    seen.delete(id);
    seen.add(id);
    if (seen.size <= remembered) return;
    const [oldest] = seen;
    if (oldest !== undefined) seen.delete(oldest);
  };
  return {
    saw: remember,
    connected: (at) => {
      connectedAt = at;
    },
    strays: (missed, now) => {
      const found = missed.filter(
        (message) =>
          !message.fromMe &&
          message.timestamp > connectedAt &&
          message.timestamp < now - strayAge &&
          !seen.has(message.id),
      );
      for (const message of missed) remember(message.id);
      return found;
    },
  };
};
