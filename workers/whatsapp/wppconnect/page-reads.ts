/**
 * What is read of the page: chats, messages, contacts. Each function travels as its source text, so it may use nothing from outside
 * itself but the page's own `WPP` and what page-helpers.ts left there.
 */
import type { Identity } from '../whatsapp-client.ts';
import type { PageHelpers, Wpp } from './page-types.ts';

declare const WPP: Wpp;
declare const zapFleet: PageHelpers;

/** Chats with something unread or young, most recent first. */
export const listChatsInPage = (since: number): { id: string; unread: number }[] =>
  WPP.whatsapp.ChatStore.getModelsArray()
    .filter((chat) => ['c.us', 'lid', 'hosted', 'hosted.lid', 'g.us'].includes(chat.id.server))
    .filter((chat) => (chat.unreadCount ?? 0) > 0 || (chat.t ?? 0) * 1000 >= since)
    .sort((a, b) => (b.t ?? 0) - (a.t ?? 0))
    .map((chat) => ({ id: String(chat.id), unread: chat.unreadCount ?? 0 }));

/** The last messages of some chats, cut down to the fields that are used; a chat that cannot be read says why. */
export const readChatsInPage = async (
  given: { id: string; count: number }[],
): Promise<{ id: string; messages: unknown[]; failed: string | null }[]> => {
  const answers = [];
  for (const { id, count } of given) {
    try {
      const messages = await WPP.chat.getMessages(id, { count });
      answers.push({ id, messages: messages.map(zapFleet.fieldsOf).filter(Boolean), failed: null });
    } catch (error) {
      answers.push({ id, messages: [], failed: zapFleet.wordsOf(error) });
    }
  }
  return answers;
};

/** Messages as they are now, in the order asked for; without those that the page does not have. */
export const readMessagesInPage = async (
  ids: readonly string[],
): Promise<{ asked: string; message: unknown; failed: string | null }[]> => {
  const answers = [];
  for (const asked of ids) {
    try {
      const found = await zapFleet.find(asked);
      if (found) answers.push({ asked, message: zapFleet.fieldsOf(found), failed: null });
    } catch (error) {
      answers.push({ asked, message: null, failed: zapFleet.wordsOf(error) });
    }
  }
  return answers;
};

/** How many bytes WhatsApp says a medium has; null: it does not say, or has no such message. */
export const mediaSizeInPage = async (messageId: string): Promise<number | null> => {
  const size = (await zapFleet.find(messageId))?.size;
  return typeof size === 'number' ? size : null;
};

/** What the page knows without asking WhatsApp's servers. */
export const addressesInPage = (address: string): string[] => zapFleet.addressesOf(address);

export const identifyInPage = async (chatId: string): Promise<Identity> => {
  const nothing = {};
  // It asks WhatsApp's servers for what the page does not know; it refuses all but plain numbers and LIDs.
  const entry: Awaited<ReturnType<Wpp['contact']['getPnLidEntry']>> = await WPP.contact
    .getPnLidEntry(chatId)
    .catch(() => nothing);
  const addresses = zapFleet.addressesOf(chatId);
  const digits = addresses.map((address) => /^(\d{5,})@c\.us$/.exec(address)?.[1]).find(Boolean);
  const lid = entry.lid?._serialized ?? addresses.find((address) => address.endsWith('@lid')) ?? null;
  const phone = entry.phoneNumber?.id ?? digits ?? null;
  return {
    phone,
    lid,
    addresses: [
      ...new Set([...addresses, ...(phone === null ? [] : [`${phone}@c.us`]), ...(lid === null ? [] : [lid])]),
    ],
    isSavedContact: addresses.some((address) => Boolean(WPP.whatsapp.ContactStore.get(address)?.isMyContact)),
  };
};
