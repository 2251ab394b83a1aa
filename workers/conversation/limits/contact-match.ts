import { phoneKey } from '../../../src/session/phone.ts';
import type { Filters } from '../../../src/session/session-config.ts';
import type { ChatKind } from '../../whatsapp/whatsapp-client.ts';

/** Who is answered: kinds of chat, allow and deny lists, saved contacts. */

export interface Contact {
  readonly chatKind: ChatKind;
  /** `…@c.us`, `…@lid`, `…@g.us` */
  readonly chatId: string;
  /** Digits where the number is known; a LID may not resolve. */
  readonly phone: string | null;
  /** `…@lid` where it is known. */
  readonly lid: string | null;
  /** Author inside a group, as a chat id, else null. */
  readonly author: string | null;
  readonly isSavedContact: boolean;
}

export type IgnoreReason =
  | 'group'
  | 'status'
  | 'broadcast'
  | 'newsletter'
  | 'call'
  | 'other-kind'
  | 'denied'
  | 'not-allowed'
  | 'saved-contact';

export type ContactDecision = { readonly answer: true } | { readonly answer: false; readonly reason: IgnoreReason };

/** Whether two numbers reach the same phone, however each is written; two that are empty do not. */
export const sameSubscriber = (a: string, b: string): boolean => {
  const key = phoneKey(a);
  return key !== '' && key === phoneKey(b);
};

/** Digits of a `…@c.us` id (a device suffix `:12` is dropped); a LID's digits are no phone number, so null. */
const phoneOfId = (id: string | null): string | null =>
  /^(\d+)(?::\d+)?@(?:c\.us|s\.whatsapp\.net)$/.exec(id ?? '')?.[1] ?? null;

/** Whether an entry of a list (digits, `…@c.us`, `…@lid` or `…@g.us`) names this contact, by phone or by LID. */
const matchesEntry = (entry: string, contact: Contact): boolean => {
  const ids = [contact.chatId, contact.lid, contact.author];
  if (ids.includes(entry)) return true;
  const wanted = phoneOfId(entry) ?? (/^\d+$/.test(entry) ? entry : null);
  if (wanted === null) return false;
  const phones = [contact.phone, phoneOfId(contact.chatId), phoneOfId(contact.author)];
  return phones.some((phone) => phone !== null && sameSubscriber(phone, wanted));
};

const kindReason = (kind: ChatKind, filters: Filters): IgnoreReason | null => {
  switch (kind) {
    case 'person':
      return null;
    case 'group':
      return filters.groups ? null : 'group';
    case 'status':
      return filters.status ? null : 'status';
    case 'broadcast':
      return filters.broadcasts ? null : 'broadcast';
    case 'newsletter':
      return filters.newsletters ? null : 'newsletter';
    case 'call':
      return filters.calls ? null : 'call';
    case 'other':
      return 'other-kind';
  }
};

/**
 * Whether messages of this contact are answered. A denied contact never is. A group whose id is on the allow list is answered
 * without `groups`; a contact on the allow list is answered although it is saved. An allow list with a phone number does not match
 * a LID whose number is unknown: in doubt, silence.
 */
export const shouldAnswer = (contact: Contact, filters: Filters): ContactDecision => {
  const ignore = (reason: IgnoreReason): ContactDecision => ({ answer: false, reason });
  if (filters.deny.some((entry) => matchesEntry(entry, contact))) return ignore('denied');
  const named = filters.allow.some((entry) => matchesEntry(entry, contact));
  const kind = kindReason(contact.chatKind, filters);
  if (kind !== null && !(contact.chatKind === 'group' && filters.allow.includes(contact.chatId))) return ignore(kind);
  if (filters.allow.length > 0 && !named) return ignore('not-allowed');
  if (filters.ignoreSavedContacts && contact.isSavedContact && !named) return ignore('saved-contact');
  return { answer: true };
};
