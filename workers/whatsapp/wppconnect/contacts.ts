import { messageOf } from '../../../src/session/fleet-error.ts';
import type { Identity } from '../whatsapp-client.ts';
import { chatKindOf, phoneOf } from './addresses.ts';
import type { PageAccess } from './client-core.ts';
import { withPageDeadline } from './page-deadline.ts';
import { addressesInPage, identifyInPage } from './page-reads.ts';

/** Who is behind a chat, as far as WhatsApp knows it. */
export interface Contacts {
  identify(chatId: string): Promise<Identity>;
  /** Every address that the page knows of a person, the given one first; asked for until it knows another one. Never rejects. */
  addressesOf(address: string): Promise<readonly string[]>;
}

export const createContacts = ({ attached, deadlines, log }: PageAccess): Contacts => {
  const known = new Map<string, readonly string[]>();

  return {
    identify: async (chatId) => {
      if (chatKindOf(chatId) !== 'person')
        return { phone: null, lid: null, addresses: [chatId], isSavedContact: false };

      const found = await withPageDeadline(
        attached().page.evaluate(identifyInPage, chatId),
        deadlines.pageMs,
        'the contact',
      );
      if (found.addresses.length > 1) known.set(chatId, found.addresses);
      return { ...found, phone: found.phone ?? phoneOf(chatId) };
    },
    addressesOf: async (address) => {
      if (chatKindOf(address) !== 'person') return [address];
      const before = known.get(address);
      if (before !== undefined) return before;

      try {
        const reading = attached().page.evaluate(addressesInPage, address);
        const found = await withPageDeadline(reading, deadlines.pageMs, 'the addresses of a contact');
        if (found.length > 1) known.set(address, found);
        return found;
      } catch (error) {
        log.debug(`other addresses of a contact are not known: ${messageOf(error)}`);
        return [address];
      }
    },
  };
};
