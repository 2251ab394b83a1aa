import { FleetError, messageOf } from '../../../src/session/fleet-error.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import type { Media, WhatsAppMessage } from '../whatsapp-client.ts';
import type { PageAccess } from './client-core.ts';
import type { Contacts } from './contacts.ts';
import { messageFrom, otherSideOf } from './message.ts';
import { type ChatTail, missedIn, tailsByPerson } from './missed.ts';
import { withPageDeadline } from './page-deadline.ts';
import { listChatsInPage, mediaSizeInPage, readChatsInPage } from './page-reads.ts';
import { rawMessage } from './raw-message.ts';

/** What comes in: messages as the library gives them, those that were missed, and their media. */

/** How many chats are read in one call: keeps each answer small and each call within its deadline. */
const chatsPerCall = 20;
/** Of each chat its unread messages are read and this many more (our own lie between them), and never more than that many. */
const furtherMessages = 20;
const mostMessages = 1_000;

/** Our message from what the library gives; null for what is no message, or not in a shape we know. */
export const readMessage = async (
  { log, ownAddresses }: PageAccess,
  contacts: Contacts,
  given: unknown,
): Promise<WhatsAppMessage | null> => {
  const raw = rawMessage.safeParse(given);
  if (!raw.success) {
    const where = raw.error.issues.map((issue) => issue.path.join('.')).join(', ');
    log.warn(`a message in an unknown shape was left out: ${where}`);
    return null;
  }

  const addresses = await contacts.addressesOf(otherSideOf(raw.data));
  return messageFrom(raw.data, { addresses, own: ownAddresses() });
};

const readTails = async (
  access: PageAccess,
  contacts: Contacts,
  chats: readonly { readonly id: string; readonly unread: number }[],
): Promise<readonly ChatTail[]> => {
  const wanted = chats.map(({ id, unread }) => ({ id, count: Math.min(mostMessages, unread + furtherMessages) }));
  const reading = access.attached().page.evaluate(readChatsInPage, wanted);
  const answers = await withPageDeadline(reading, access.deadlines.pageMs * 3, 'the missed messages');

  const tails: ChatTail[] = [];
  for (const answer of answers) {
    if (answer.failed !== null) access.log.warn(`the missed messages of a chat cannot be read: ${answer.failed}`);
    const read = await Promise.all(answer.messages.map((given) => readMessage(access, contacts, given)));
    const messages = read.filter((message) => message !== null);
    tails.push({ unread: chats.find(({ id }) => id === answer.id)?.unread ?? 0, messages });
  }
  return tails;
};

export const readMissedMessages = async (
  access: PageAccess,
  contacts: Contacts,
  since: EpochMs,
): Promise<readonly WhatsAppMessage[]> => {
  const listing = access.attached().page.evaluate(listChatsInPage, since);
  const chats = await withPageDeadline(listing, access.deadlines.pageMs, 'the list of chats');

  const tails: ChatTail[] = [];
  for (let at = 0; at < chats.length; at += chatsPerCall)
    tails.push(...(await readTails(access, contacts, chats.slice(at, at + chatsPerCall))));
  const missed = tailsByPerson(tails).flatMap((ofPerson) => missedIn(ofPerson, since));
  return missed.sort((a, b) => a.timestamp - b.timestamp);
};

/** Rejects what WhatsApp says is larger than `maxBytes`, before it is fetched; it may say nothing. */
const refuseTooLarge = async (
  { attached, deadlines }: PageAccess,
  messageId: string,
  maxBytes: number,
): Promise<void> => {
  const reading = attached().page.evaluate(mediaSizeInPage, messageId);
  const bytes = await withPageDeadline(reading, deadlines.pageMs, 'the size of a medium');
  if (bytes !== null && bytes > maxBytes) throw tooLarge(bytes, maxBytes);
};

const tooLarge = (bytes: number, maxBytes: number): FleetError =>
  new FleetError('too-large', `the medium has ${bytes} bytes, more than the ${maxBytes} that are fetched`);

export const downloadMedia = async (access: PageAccess, messageId: string, maxBytes?: number): Promise<Media> => {
  const { attached, deadlines } = access;
  let url: string;
  try {
    if (maxBytes !== undefined) await refuseTooLarge(access, messageId, maxBytes);
    url = await withPageDeadline(attached().client.downloadMedia(messageId), deadlines.mediaMs, 'the download');
  } catch (error) {
    if (error instanceof FleetError && error.code === 'too-large') throw error;
    throw new FleetError('unavailable', `the medium cannot be fetched: ${messageOf(error)}`, { cause: error });
  }

  const parts = /^data:([^;,]*)[^,]*;base64,(.*)$/s.exec(url);
  if (!parts) throw new FleetError('unavailable', 'the medium came in an unknown form');
  const bytes = new Uint8Array(Buffer.from(parts[2] ?? '', 'base64'));
  if (maxBytes !== undefined && bytes.length > maxBytes) throw tooLarge(bytes.length, maxBytes);
  return { mimeType: parts[1] || 'application/octet-stream', bytes };
};
