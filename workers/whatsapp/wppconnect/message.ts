import { addressesOf, type WhatsAppMessage } from '../whatsapp-client.ts';
import { chatKindOf, phoneOf } from './addresses.ts';
import { adOf, quotedOf } from './message-context.ts';
import { factsOf } from './message-facts.ts';
import { kindOf } from './message-kind.ts';
import { textOf } from './message-text.ts';
import type { RawMessage } from './raw-message.ts';

/** What is known besides a message when it is read. */
export interface MessageReader {
  /** Every address known of the other side: of the chat, in a group of the author. */
  readonly addresses: readonly string[];
  /** Our own addresses. */
  readonly own: readonly string[];
}

/** Who a message is from or, in a chat with one person, with: the address to be asked for what else is known. */
export const otherSideOf = (raw: RawMessage): string => {
  const chatId = raw.id.split('_')[1] ?? '';
  return chatKindOf(chatId) === 'group' ? (raw.author ?? chatId) : chatId;
};

const firstPhone = (addresses: readonly (string | null | undefined)[]): string | null => {
  for (const address of addresses) {
    const phone = phoneOf(address);
    if (phone !== null) return phone;
  }
  return null;
};

/** Our message from wppconnect's; null for those that are nobody's words. */
export const messageFrom = (raw: RawMessage, reader: MessageReader): WhatsAppMessage | null => {
  const kind = kindOf(raw);
  if (kind === null) return null;

  const [mine, chatId = ''] = raw.id.split('_');
  const fromMe = mine === 'true';
  const chatKind = chatKindOf(chatId);
  const senderPhone = fromMe ? null : raw.sender?.phoneNumber;
  const phone = firstPhone([otherSideOf(raw), senderPhone, ...reader.addresses]);
  const quoted = quotedOf(raw, chatId, reader.own);
  const known = addressesOf(chatId, chatKind, phone);
  return {
    id: raw.id,
    chatId,
    chatKind,
    fromMe,
    author: chatKind === 'group' ? (raw.author ?? null) : null,
    addresses: chatKind === 'person' ? [...new Set([...known, ...reader.addresses])] : known,
    phone,
    kind,
    text: textOf(kind, raw),
    mimeType: raw.mimetype ?? null,
    pushName: fromMe ? null : (raw.notifyName ?? raw.sender?.pushname ?? null),
    isSavedContact: !fromMe && Boolean(raw.sender?.isMyContact),
    timestamp: (raw.t ?? 0) * 1000,
    quotedId: quoted?.id ?? null,
    facts: factsOf(kind, raw),
    quoted,
    ad: adOf(raw),
    edited: Boolean(raw.latestEditMsgKey),
    ack: raw.ack ?? 0,
  };
};
