import type { MessageChange } from '../whatsapp-client.ts';
import { deletionOf } from './changes.ts';
import type { PageAccess } from './client-core.ts';
import type { Contacts } from './contacts.ts';
import { withPageDeadline } from './page-deadline.ts';
import { readMessagesInPage } from './page-reads.ts';
import { readMessage } from './receiving.ts';

/** How many messages are read in one call: keeps each answer small and each call within its deadline. */
const messagesPerCall = 50;

interface Found {
  readonly asked: string;
  readonly message: unknown;
}

/** What the page's message says of itself, besides what it says to its reader. */
interface Standing {
  readonly type?: unknown;
  readonly latestEditMsgKey?: unknown;
  readonly latestEditSenderTimestampMs?: unknown;
}

/** When a message was edited, as its author's phone says; else now. */
const editedAt = (message: unknown): number => {
  const at = (message as Standing).latestEditSenderTimestampMs;
  return typeof at === 'number' && at > 0 ? at : Date.now();
};

const changesIn = async (access: PageAccess, contacts: Contacts, found: Found): Promise<readonly MessageChange[]> => {
  const standing = found.message as Standing;
  if (standing.type === 'revoked') return [deletionOf(found.asked, Date.now())];

  const message = await readMessage(access, contacts, found.message);
  if (message === null || message.kind === 'ciphertext') return [];
  const cleared: MessageChange = { kind: 'cleared', message, at: Date.now() };
  return message.edited ? [cleared, { kind: 'edited', message, at: editedAt(found.message) }] : [cleared];
};

export const readChangesOf = async (
  access: PageAccess,
  contacts: Contacts,
  messageIds: readonly string[],
): Promise<readonly MessageChange[]> => {
  const changes: MessageChange[] = [];
  for (let at = 0; at < messageIds.length; at += messagesPerCall) {
    const reading = access.attached().page.evaluate(readMessagesInPage, messageIds.slice(at, at + messagesPerCall));
    const answers = await withPageDeadline(reading, access.deadlines.pageMs * 3, 'what became of earlier messages');

    for (const { asked, message, failed } of answers) {
      if (failed !== null) access.log.warn(`what became of a message cannot be read: ${failed}`);
      if (message !== null) changes.push(...(await changesIn(access, contacts, { asked, message })));
    }
  }
  return changes;
};
