import { messageOf } from '../../../src/session/fleet-error.ts';
import type { WhatsAppEvent } from '../whatsapp-client.ts';
import type { LibraryLog } from './library.ts';

/** Tells every listener every event, in order; a listener that throws is logged and disturbs no other. */
export const createEventHub = (log: LibraryLog) => {
  const listeners = new Set<(event: WhatsAppEvent) => void>();
  const emit = (event: WhatsAppEvent): void => {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        log.error(`a listener of ${event.type} failed: ${messageOf(error)}`);
      }
    }
  };
  return {
    emit,
    note: (level: 'info' | 'warn' | 'error', code: string, text: string): void =>
      emit({ type: 'note', level, code, text }),
    on: (listener: (event: WhatsAppEvent) => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

export type EventHub = ReturnType<typeof createEventHub>;
