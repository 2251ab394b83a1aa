import { randomBytes } from 'node:crypto';
import { FleetError, messageOf } from '../../../src/session/fleet-error.ts';
import type { LookupResult, Media, SendResult, WhatsAppMessage } from '../whatsapp-client.ts';
import { withDeadline } from './deadline.ts';
import type { EngineLog, LibraryClient, LibraryPage } from './library.ts';
import { chatKindOf, messageFrom, missedIn, phoneOf, rawMessage } from './message.ts';
import { identifyInPage, listChatsInPage, lookUpInPage, readChatsInPage, sendInPage } from './page-calls.ts';

export interface Deadlines {
  /** One answer of a healthy page, ms. */
  readonly pageMs: number;
  /** A send that WhatsApp does not confirm counts as unknown after this, ms. */
  readonly sendMs: number;
  /** Fetching one medium, ms. */
  readonly mediaMs: number;
}

/** How many chats are read in one call: keeps each answer small and each call within its deadline. */
const chatsPerCall = 20;
/** Of each chat its unread messages are read and this many more (our own lie between them), and never more than that many. */
const furtherMessages = 20;
const mostMessages = 1_000;

/** What WhatsApp Web's own ids look like: a mark of the web client and nine random bytes. */
export const newMessageId = (): string => `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;

export type Identity = Awaited<ReturnType<typeof identifyInPage>>;

/** Everything that is asked of a page, each call with its own deadline. `attached` throws when there is no page to ask. */
export const createCalls = (options: {
  readonly attached: () => { readonly client: LibraryClient; readonly page: LibraryPage };
  readonly deadlines: Deadlines;
  readonly log: EngineLog;
}) => {
  const { attached, deadlines, log } = options;
  const lidPhones = new Map<string, string>();

  const identify = async (chatId: string): Promise<Identity> => {
    const kind = chatKindOf(chatId);
    if (kind !== 'person') return { phone: null, lid: null, isSavedContact: false };
    const found = await withDeadline(attached().page.evaluate(identifyInPage, chatId), deadlines.pageMs, 'the contact');
    const phone = found.phone ?? phoneOf(chatId);
    if (phone && chatId.endsWith('@lid')) lidPhones.set(chatId, phone);
    return { ...found, phone };
  };

  /** A LID's phone number, asked for once; null when WhatsApp does not know it (yet). */
  const phoneOfLid = async (chatId: string): Promise<string | null> => {
    if (!chatId.endsWith('@lid')) return null;
    const known = lidPhones.get(chatId);
    if (known !== undefined) return known;
    try {
      return (await identify(chatId)).phone;
    } catch (error) {
      log.debug(`a LID's number is not known: ${messageOf(error)}`);
      return null;
    }
  };

  /** Our message from what the library gives; null for what is no message, or not in a shape we know. */
  const readMessage = async (given: unknown): Promise<WhatsAppMessage | null> => {
    const raw = rawMessage.safeParse(given);
    if (!raw.success) {
      log.warn(
        `a message in an unknown shape was left out: ${raw.error.issues.map((issue) => issue.path.join('.')).join(', ')}`,
      );
      return null;
    }
    const chatId = raw.data.id.split('_')[1] ?? '';
    return messageFrom(raw.data, await phoneOfLid(chatId));
  };

  const missedMessages = async (since: number): Promise<readonly WhatsAppMessage[]> => {
    const { page } = attached();
    const chats = await withDeadline(page.evaluate(listChatsInPage, since), deadlines.pageMs, 'the list of chats');
    const missed: WhatsAppMessage[] = [];
    for (let at = 0; at < chats.length; at += chatsPerCall) {
      const some = chats.slice(at, at + chatsPerCall);
      const wanted = some.map(({ id, unread }) => ({ id, count: Math.min(mostMessages, unread + furtherMessages) }));
      const tails = await withDeadline(
        page.evaluate(readChatsInPage, wanted),
        deadlines.pageMs * 3,
        'the missed messages',
      );
      for (const tail of tails) {
        if (tail.failed !== null) log.warn(`the missed messages of a chat cannot be read: ${tail.failed}`);
        const read = await Promise.all(tail.messages.map(readMessage));
        const messages = read.filter((message) => message !== null);
        missed.push(...missedIn({ unread: some.find(({ id }) => id === tail.id)?.unread ?? 0, messages }, since));
      }
    }
    return missed.sort((a, b) => a.timestamp - b.timestamp);
  };

  const send = async (message: { chatId: string; messageId: string; text: string }): Promise<SendResult> => {
    // The library takes garbage without a word: refuse it here.
    if (!/^\S+@(c\.us|lid|g\.us)$/.test(message.chatId))
      return { kind: 'refused', code: 'not-a-chat', reason: `${message.chatId} is not a chat` };
    if (!/^[0-9A-Z]{16,32}$/.test(message.messageId))
      return { kind: 'refused', code: 'error', reason: 'the message id has a wrong form' };
    if (message.text.trim() === '') return { kind: 'refused', code: 'empty', reason: 'the text is empty' };
    let asked = false;
    try {
      const { page } = attached();
      asked = true;
      const waitMs = deadlines.sendMs;
      return await withDeadline(
        page.evaluate(sendInPage, { ...message, waitMs }),
        waitMs + deadlines.pageMs,
        'the send',
      );
    } catch (error) {
      // From the moment the page was asked nobody can say that it did not send.
      const reason = messageOf(error);
      return asked ? { kind: 'unknown', reason } : { kind: 'refused', code: 'error', reason };
    }
  };

  const lookUp = async (message: { chatId: string; messageId: string }): Promise<LookupResult> => {
    try {
      return await withDeadline(attached().page.evaluate(lookUpInPage, message), deadlines.pageMs, 'the message store');
    } catch (error) {
      return { kind: 'cannot-tell', reason: messageOf(error) };
    }
  };

  const cosmetic = async (what: string, call: (client: LibraryClient) => Promise<unknown>): Promise<void> => {
    try {
      await withDeadline(call(attached().client), deadlines.pageMs, what);
    } catch (error) {
      // Rejects for chats that the page has not loaded; nobody waits for it.
      log.debug(`${what} failed: ${messageOf(error)}`);
    }
  };

  const downloadMedia = async (messageId: string): Promise<Media> => {
    let url: string;
    try {
      url = await withDeadline(attached().client.downloadMedia(messageId), deadlines.mediaMs, 'the download');
    } catch (error) {
      throw new FleetError('unavailable', `the medium cannot be fetched: ${messageOf(error)}`, { cause: error });
    }
    const parts = /^data:([^;,]*)[^,]*;base64,(.*)$/s.exec(url);
    if (!parts) throw new FleetError('unavailable', 'the medium came in an unknown form');
    return {
      mimeType: parts[1] || 'application/octet-stream',
      bytes: new Uint8Array(Buffer.from(parts[2] ?? '', 'base64')),
    };
  };

  return {
    identify,
    readMessage,
    missedMessages,
    send,
    lookUp,
    downloadMedia,
    setTyping: (chatId: string, typing: boolean) =>
      cosmetic('typing', (client) => (typing ? client.startTyping(chatId) : client.stopTyping(chatId))),
    markRead: (chatId: string) => cosmetic('marking as read', (client) => client.sendSeen(chatId)),
  };
};
