import { FleetError } from '../../../src/session/fleet-error.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import type { MessageChange, WhatsAppMessage } from '../whatsapp-client.ts';
import type { PhoneRecord } from './phone-record.ts';

/** What becomes of messages that reached a simulated phone. */
export interface PhoneChanges {
  edit(id: string, text: string): void;
  /** A ciphertext becomes a text. */
  clear(id: string, text: string): void;
  remove(id: string): void;
  react(id: string, author: string, value: string): void;
  /** What `WhatsAppClient.changesOf` gives. */
  changesOf(ids: readonly string[]): readonly MessageChange[];
}

const deletionOf = (id: string, at: EpochMs): MessageChange => {
  const [mine, chatId = ''] = id.split('_');
  return { kind: 'deleted', messageId: id, chatId, fromMe: mine === 'true', at };
};

export const createPhoneChanges = (options: {
  readonly record: PhoneRecord;
  readonly now: () => EpochMs;
  /** Told while the session is connected and hears; it asks for the rest with `changesOf`. */
  readonly tell: (change: MessageChange) => void;
}): PhoneChanges => {
  const { record, now, tell } = options;

  const existing = (id: string): WhatsAppMessage => {
    const message = record.received(id);
    if (message === null) throw new FleetError('failed', `no message ${id} is on the simulated phone`);
    return message;
  };
  const rewrite = (kind: 'edited' | 'cleared', message: WhatsAppMessage): void => {
    record.rewrite(message);
    tell({ kind, message, at: now() });
  };
  const changesOfOne = (id: string): readonly MessageChange[] => {
    if (record.wasRemoved(id)) return [deletionOf(id, now())];
    const message = record.received(id);
    if (message === null || message.kind === 'ciphertext') return [];
    const cleared: MessageChange = { kind: 'cleared', message, at: now() };
    return message.edited ? [cleared, { kind: 'edited', message, at: now() }] : [cleared];
  };

  return {
    edit: (id, text) => rewrite('edited', { ...existing(id), text, edited: true }),
    clear: (id, text) => rewrite('cleared', { ...existing(id), kind: 'text', text }),
    remove: (id) => {
      existing(id);
      record.remove(id);
      tell(deletionOf(id, now()));
    },
    react: (messageId, author, value) => {
      const { chatId } = existing(messageId);
      tell({ kind: 'reaction', messageId, chatId, author, fromMe: false, value, at: now() });
    },
    changesOf: (ids) => ids.flatMap(changesOfOne),
  };
};
