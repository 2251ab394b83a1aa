import { messageOf } from '../../../src/session/fleet-error.ts';
import type { Identity } from '../whatsapp-client.ts';
import { chatKindOf, isLid, phoneOf } from './addresses.ts';
import type { PageAccess } from './client-core.ts';
import { withPageDeadline } from './page-deadline.ts';
import { identifyInPage } from './page-reads.ts';

/** Who is behind a chat, as far as WhatsApp knows it. */
export interface Contacts {
  identify(chatId: string): Promise<Identity>;
  /** A LID's phone number, asked for once; null when WhatsApp does not know it (yet), or when it is no LID. */
  phoneOfLid(chatId: string): Promise<string | null>;
}

export const createContacts = ({ attached, deadlines, log }: PageAccess): Contacts => {
  const lidPhones = new Map<string, string>();

  const identify = async (chatId: string): Promise<Identity> => {
    if (chatKindOf(chatId) !== 'person') return { phone: null, lid: null, addresses: [chatId], isSavedContact: false };

    const found = await withPageDeadline(
      attached().page.evaluate(identifyInPage, chatId),
      deadlines.pageMs,
      'the contact',
    );
    const phone = found.phone ?? phoneOf(chatId);
    if (phone && isLid(chatId)) lidPhones.set(chatId, phone);
    return { ...found, phone };
  };

  return {
    identify,
    phoneOfLid: async (chatId) => {
      if (!isLid(chatId)) return null;
      const known = lidPhones.get(chatId);
      if (known !== undefined) return known;

      try {
        return (await identify(chatId)).phone;
      } catch (error) {
        log.debug(`a LID's number is not known: ${messageOf(error)}`);
        return null;
      }
    },
  };
};
