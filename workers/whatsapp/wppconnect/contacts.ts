import { messageOf } from '../../../src/session/fleet-error.ts';
import type { PageAccess } from './client-core.ts';
import { chatKindOf, phoneOf } from './message.ts';
import { identifyInPage } from './page-calls.ts';
import { withPageDeadline } from './page-deadline.ts';

export type Identity = Awaited<ReturnType<typeof identifyInPage>>;

/** Who is behind a chat, as far as WhatsApp knows it. */
export interface Contacts {
  identify(chatId: string): Promise<Identity>;
  /** A LID's phone number, asked for once; null when WhatsApp does not know it (yet), or when it is no LID. */
  phoneOfLid(chatId: string): Promise<string | null>;
}

export const createContacts = ({ attached, deadlines, log }: PageAccess): Contacts => {
  const lidPhones = new Map<string, string>();

  const identify = async (chatId: string): Promise<Identity> => {
    if (chatKindOf(chatId) !== 'person') return { phone: null, lid: null, isSavedContact: false };

    const found = await withPageDeadline(
      attached().page.evaluate(identifyInPage, chatId),
      deadlines.pageMs,
      'the contact',
    );
    const phone = found.phone ?? phoneOf(chatId);
    if (phone && chatId.endsWith('@lid')) lidPhones.set(chatId, phone);
    return { ...found, phone };
  };

  return {
    identify,
    phoneOfLid: async (chatId) => {
      if (!chatId.endsWith('@lid')) return null;
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
